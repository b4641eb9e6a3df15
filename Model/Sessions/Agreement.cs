using System.Reflection;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Runs;

namespace NativeCnn.Model.Sessions;

/// <summary>What processes that train together must have alike.</summary>
internal static class Agreement
{
    /// <summary>Each thing by its name in messages, with a text that differs where it differs.</summary>
    /// <param name="config">All choices; device, threads and command line may differ.</param>
    /// <param name="clips">The data.</param>
    public static IReadOnlyList<(string What, string Text)> Of(RunConfig config, ClipSource clips) =>
    [
        ("version", typeof(Agreement).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? ""),
        ("seed", $"{config.Training.Seed}"),
        ("settings", (config with { Device = "", Workers = 0, Command = null, Data = null }).ToJson()),
        ("data", string.Join('\n', clips.DataSet.Entries.Select(
            clip => $"{Path.GetFileName(clip.Path)}\t{clip.Label}\t{LengthOf(clip.Path)}"))),
    ];

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
