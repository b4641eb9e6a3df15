// The table of networks that have a name, and what is printed from it.
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using NativeCnn.Features.Json;
using NativeCnn.Features.Options;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class NetworkPresetsTests
{
    [Fact]
    public void NetworkPresets_InTheReadme_AreThoseOfTheTable() => Assert.Equal(
        NetworkPresets.All.Select(preset => string.Create(
            CultureInfo.InvariantCulture,
            $"| `{preset.Name}` | {preset.Sentence} | {ParametersForTenClasses(preset):N0} |")),
        ReadmeTable.Rows("`--model`"));

    [Theory]
    [InlineData("train")]
    [InlineData("bench train")]
    public void NetworkPresets_InTheHelp_AreThoseOfTheTable(string command)
    {
        string help = CliRun.HelpOf(command.Split(' '));
        Assert.All(
            NetworkPresets.All,
            preset => Assert.Contains($"{preset.Name}: {preset.Sentence}", help, StringComparison.Ordinal));
        Assert.Contains($"<{string.Join('|', NetworkPresets.Names)}|FILE.json>", help, StringComparison.Ordinal);
    }

    [Fact]
    public void NetworkPresets_InTheHelpOfTrain_SayWhatTheyBringAlong()
    {
        string help = CliRun.HelpOf("train");
        Assert.Contains(
            "0.002 for deep, raw and residual; 0.005 for small and tiny", help, StringComparison.Ordinal);
        Assert.Contains("adamw for deep, raw, residual, small and tiny", help, StringComparison.Ordinal);
        Assert.Contains("<adam|adamw|rmsprop|sgd", help, StringComparison.Ordinal);
    }

    /// <summary>Each public factory of a network is in the table once, under its own name.</summary>
    [Fact]
    public void NetworkPresets_HaveARowForEachFactory() => Assert.Equal(
        typeof(NetworkPresets).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.ReturnType == typeof(NetworkSpec))
            .Select(factory => factory.Name.ToLowerInvariant())
            .Order(StringComparer.Ordinal),
        NetworkPresets.Names.Order(StringComparer.Ordinal));

    [Fact]
    public void NetworkPreset_HasTheNameOfItsNetworkAndNamedFeatures() => Assert.All(
        NetworkPresets.All,
        preset =>
        {
            Assert.Equal(preset.Name, preset.Create().Name);
            Assert.NotNull(FeaturePresets.Find(preset.Features));
        });

    [Theory]
    [InlineData("residul", "there is no network 'residul': did you mean 'residual'?")]
    [InlineData("resnet50", "there is no network 'resnet50'; use article, ")]
    public void NetworkPreset_ThatIsNotThere_IsRefusedWithTheNearestNameAndTheOthers(string name, string told)
    {
        string message = Assert.Throws<NetworkSpecException>(() => NetworkPresets.Resolve(name)).Message;

        Assert.StartsWith(told, message, StringComparison.Ordinal);
        Assert.EndsWith(
            $"use {string.Join(", ", NetworkPresets.Names)}, or a FILE.json that lists layers", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void NetworkPreset_OfAFileThatIsNotThere_IsRefusedByItsName() => Assert.Contains(
        "the network file 'missing.json' does not exist",
        Assert.Throws<NetworkSpecException>(() => NetworkPresets.Resolve("missing.json")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void NetworkPreset_OfAFile_HasItsLayersAndTheUsualFeaturesAndTraining()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Text("mine.json", JsonSerializer.Serialize(NetworkPresets.Deep(), StrictJson.Options));

        NetworkPreset preset = NetworkPresets.Resolve(path);

        Assert.Equal(NetworkPresets.Deep().Layers, preset.Create().Layers);
        Assert.Equal((FeaturePresets.DefaultName, new TrainingOptions()), (preset.Features, preset.Training));
    }

    private static int ParametersForTenClasses(NetworkPreset preset)
    {
        (int channels, int length) = preset.Features == FeaturePresets.RawName ? (1, 8000) : (40, 100);
        return new Network(TestDevices.Get("cpu"), preset.Create(), channels, length, classes: 10).Parameters.Count;
    }
}
