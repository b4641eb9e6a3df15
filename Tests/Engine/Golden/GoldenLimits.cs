// Which golden files of the losses and optimisers are left out, and why: a setting that the product does not have.
using System.Text.Json;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Golden;

/// <summary>Sorts golden files into those that a test covers and those left out for a reason.</summary>
internal static class GoldenLimits
{
    /// <summary>The files of a family that are covered, on every device.</summary>
    public static TheoryData<string, string> Covered(string prefix) =>
        TestDevices.Times(GoldenFolder.Names(prefix, golden => WhyNot(golden) is null));

    /// <summary>The files of a family that are left out, each with its reason.</summary>
    public static IEnumerable<(string Name, string Reason)> Excluded(string prefix) =>
        from name in GoldenFolder.Files(prefix)
        let reason = WhyNot(GoldenFolder.Open(name))
        where reason is not null
        select (name, reason);

    /// <summary>Why a file is left out; null where it is covered.</summary>
    private static string? WhyNot(GoldenFile golden)
    {
        if (golden.Name.StartsWith("optim-", StringComparison.Ordinal))
        {
            return WhyNoOptimizer(golden);
        }

        if (Text(golden, "reduction") is { } reduction && reduction != "mean")
        {
            return "the losses are means: no other reduction is here";
        }

        if (golden.Config.TryGetProperty("ignore_index", out JsonElement ignored) && ignored.GetInt32() >= 0)
        {
            return "every row counts: there is no class to ignore";
        }

        int rank = golden.Floats("input").Shape.Length;
        if (golden.Config.TryGetProperty("dim", out JsonElement axis) &&
            axis.GetInt32() != -1 && axis.GetInt32() != rank - 1)
        {
            return "the softmax is over the last axis only";
        }

        return golden.Has("target") && rank != 2 ? "the losses take [rows, classes]" : null;
    }

    private static string? WhyNoOptimizer(GoldenFile golden)
    {
        bool adam = golden.Name.StartsWith("optim-adam", StringComparison.Ordinal) &&
            !golden.Name.StartsWith("optim-adamax", StringComparison.Ordinal);
        if (!adam && !golden.Name.StartsWith("optim-sgd", StringComparison.Ordinal) &&
            !golden.Name.StartsWith("optim-rmsprop", StringComparison.Ordinal))
        {
            return "SGD, RMSprop, Adam and AdamW are here, no other optimiser";
        }

        string? unknown = Array.Find(
            ["amsgrad", "maximize"],
            setting => golden.Config.TryGetProperty(setting, out JsonElement value) &&
                value.ValueKind == JsonValueKind.True);
        return unknown is null ? null : $"no optimiser here has the setting {unknown}";
    }

    private static string? Text(GoldenFile golden, string setting) =>
        golden.Config.TryGetProperty(setting, out JsonElement value) ? value.GetString() : null;
}
