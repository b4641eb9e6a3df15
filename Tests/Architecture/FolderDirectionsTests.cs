// Which folder may use which: the map of docs/architecture.md, checked over the compiled types.
using System.Reflection;
using NativeCnn.Engine.Devices;
using NativeCnn.Features;
using NativeCnn.Model;
using NativeCnn.Tools.Kernels;

namespace NativeCnn.Tests.Architecture;

/// <summary>
/// Folders are namespaces. Each may use itself, those that stand before it in its project's list, and all of the
/// projects below; folders of one line may use each other.
/// </summary>
public class FolderDirectionsTests
{
    private static readonly Assembly[] Projects =
    [
        typeof(ComputeDevice).Assembly, typeof(FeatureExtractor).Assembly, typeof(Classifier).Assembly,
        typeof(ProductKernels).Assembly, typeof(NativeCnn.Cli.Errors.ExitCodes).Assembly,
    ];

    // From the bottom to the top.
    private static readonly string[] Order =
    [
        "Engine.Messages", "Engine.Mathematics", "Engine.Simd", "Engine.Caching", "Engine.Kernels", "Engine.Ptx",
        "Engine.HostBodies", "Engine.Devices", "Engine.Tensors", "Engine.Graphs", "Engine.Operators",
        "Engine.Optimizers", "Engine.Measurement",
        "Features.Json", "Features.Audio", "Features.Options", "Features.Tables", "Features.Chains", "Features",
        "Features.Augmentation", "Features.Synthesis",
        "Model.Formats", "Model.Jobs", "Model.Data", "Model.Caching", "Model.FeatureSets",
        "Model.Networks Model.Layers Model.Exports",
        "Model.GradientChecks", "Model.Metrics", "Model.Clusters", "Model.Training", "Model.Presets", "Model.Runs", "Model.Recipes",
        "Model.Sweeps", "Model.Reports",
        "Model.Inspection", "Model.Proofs", "Model.Sessions Model.Capsules", "Model.Explorers", "Model.Explanations", "Model",
        "Tools.Fetch", "Tools.Benchmarking", "Tools.Kernels", "Tools.Profiling", "Tools.Puzzles", "Tools.Pictures",
        "Tools.Differences", "Tools.TensorBoard", "Tools.Exporting", "Tools.Importing",
        "Tools.Verifying",
        "Cli.Errors", "Cli.Output", "Cli.Options", "Cli.Commands", "Cli",
    ];

    private static readonly string[] All = [.. Order.SelectMany(line => line.Split(' '))];

    public static TheoryData<string> Folders => [.. All];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_UsesOnlyFoldersBelowIt(string folder)
    {
        int mine = PlaceOf(folder);
        string[] wrong =
        [
            .. Projects.SelectMany(project => project.GetTypes())
                .Where(type => FolderOf(type) == folder)
                .SelectMany(type => TypeUses.Of(type).Select(used => (type, used)))
                .Where(pair => FolderOf(pair.used) is { } other && PlaceOf(other) > mine)
                .Select(pair => $"{pair.type.FullName} uses {pair.used.FullName}")
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        Assert.True(wrong.Length == 0, $"{folder} stands below what it uses:\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public void EveryFolder_HasItsPlace()
    {
        string[] found =
            [.. Projects.SelectMany(project => project.GetTypes()).Select(FolderOf).OfType<string>().Distinct()];
        Assert.Equal(All.Order(), found.Order());
    }

    private static int PlaceOf(string folder) => Array.FindIndex(Order, line => line.Split(' ').Contains(folder));

    /// <summary>
    /// Project and folder, <c>Model.Data</c> for NativeCnn.Model.Data.Known; null for types of others.
    /// </summary>
    private static string? FolderOf(Type type)
    {
        string[] parts = (type.Namespace ?? "").Split('.');
        return parts[0] == "NativeCnn" && Projects.Contains(type.Assembly)
            ? string.Join('.', parts.Skip(1).Take(2))
            : null;
    }
}
