using System.Globalization;

namespace NativeCnn.Cli.Options;

/// <summary>The numbers from <paramref name="Low"/> to <paramref name="High"/>.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
/// <param name="OpenLow">True leaves out the lower end.</param>
/// <param name="OpenHigh">True leaves out the upper end.</param>
internal readonly record struct Interval(double Low, double High, bool OpenLow = false, bool OpenHigh = false)
{
    public bool Contains(double value) =>
        (OpenLow ? value > Low : value >= Low) && (OpenHigh ? value < High : value <= High);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(OpenLow ? "above" : "from")} {Low} {(OpenHigh ? "to below" : "to")} {High}");
}
