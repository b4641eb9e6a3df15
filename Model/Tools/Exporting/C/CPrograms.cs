using System.Globalization;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>Programs that use a source.</summary>
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

    /// <summary>
    /// The text of a program that reads sounds and features as floats, and writes what comes of them.
    /// </summary>
    /// <param name="name">The source's name.</param>
    public static string Verify(string name) => CParts.Of("verify")
        .Replace("$header", name + ".h", StringComparison.Ordinal)
        .Replace("$PREFIX", name.ToUpperInvariant(), StringComparison.Ordinal)
        .Replace("$prefix", name, StringComparison.Ordinal);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
