using System.Diagnostics;

namespace NativeCnn.Tests.Support;

/// <summary>Times of a machine that stands still now and then: what took too long may have one more try.</summary>
internal static class Timed
{
    /// <summary>The time of a run, or of another one where it was too long, whichever is shorter.</summary>
    /// <param name="seconds">What it took.</param>
    /// <param name="limit">What it may take.</param>
    /// <param name="again">Does it once more.</param>
    public static double Best(double seconds, double limit, Action again)
    {
        if (seconds < limit)
        {
            return seconds;
        }

        long since = Stopwatch.GetTimestamp();
        again();
        return Math.Min(seconds, Stopwatch.GetElapsedTime(since).TotalSeconds);
    }

    /// <summary>
    /// How many times as long a reference takes as what is measured: of the shortest times, which others on the machine
    /// disturb least. The reference is warmed up first; then both take turns until the ratio is what it should be, or
    /// for the given time.
    /// </summary>
    /// <param name="reference">What is compared with.</param>
    /// <param name="measured">What is measured.</param>
    /// <param name="wanted">What the ratio should be, at least.</param>
    /// <param name="seconds">How long to go on for, and give code time to be compiled once more.</param>
    public static double Ratio(Action reference, Action measured, double wanted, double seconds = 20)
    {
        const double warmUp = 1;
        (double ofReference, double ofMeasured) = (double.MaxValue, double.MaxValue);
        long since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since).TotalSeconds < warmUp)
        {
            ofReference = Math.Min(ofReference, Once(reference));
        }

        do
        {
            ofReference = Math.Min(ofReference, Once(reference));
            ofMeasured = Math.Min(ofMeasured, Once(measured));
        }
        while (ofReference < wanted * ofMeasured && Stopwatch.GetElapsedTime(since).TotalSeconds < seconds);
        return ofReference / ofMeasured;
    }

    private static double Once(Action body)
    {
        long since = Stopwatch.GetTimestamp();
        body();
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }
}
