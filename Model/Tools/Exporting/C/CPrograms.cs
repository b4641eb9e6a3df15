using System.Globalization;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>The programme that classifies WAV files with a source.</summary>
internal static class CPrograms
{
    /// <summary>The text of main.c.</summary>
    public static string Main(CSourceOptions options, int samples) => CParts.Of("main")
        .Replace("$header", options.Name + ".h", StringComparison.Ordinal)
        .Replace("$prefix", options.Name, StringComparison.Ordinal)
        .Replace("$name", "main", StringComparison.Ordinal)
        .Replace("$SAMPLES", Number(samples), StringComparison.Ordinal)
        .Replace("$RATE", Number(options.SampleRate), StringComparison.Ordinal)
        .Replace("$rate", Number(options.SampleRate), StringComparison.Ordinal)
        .Replace("$CLASSES", Number(options.Labels.Count), StringComparison.Ordinal);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
