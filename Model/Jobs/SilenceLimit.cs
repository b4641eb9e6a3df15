using System.Globalization;

namespace NativeCnn.Model.Jobs;

/// <summary>
/// How long whoever works with others may give no sign before these hold it for lost: one variable for processes of MPI
/// and workers of a folder of jobs, each with a default of its own where it is not set.
/// </summary>
internal static class SilenceLimit
{
    /// <summary>The variable: seconds.</summary>
    public const string Variable = "NATIVECNN_SILENCE_SECONDS";

    private const double Least = 1;
    private const double Most = 86_400;

    /// <summary>
    /// What the variable says; a default where it says nothing, or no number of seconds from 1 to a day.
    /// </summary>
    /// <param name="usual">The default in seconds.</param>
    public static TimeSpan Or(double usual) => Read(Environment.GetEnvironmentVariable(Variable), usual);

    /// <summary>What a text says in the variable's place.</summary>
    internal static TimeSpan Read(string? text, double usual) => TimeSpan.FromSeconds(
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
        && seconds is >= Least and <= Most
            ? seconds
            : usual);
}
