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
    /// How many times as long one thing takes as another: of the shortest times, which others on the machine disturb
    /// least, taken in turns until the ratio is what it should be, or for the given time.
    /// </summary>
    /// <param name="slow">Takes long.</param>
    /// <param name="fast">Takes less.</param>
    /// <param name="wanted">What the ratio should be, at least.</param>
    /// <param name="seconds">How long to go on for, and give code time to be compiled once more.</param>
    public static double Ratio(Action slow, Action fast, double wanted, double seconds = 20)
    {
        (double ofSlow, double ofFast) = (double.MaxValue, double.MaxValue);
        long since = Stopwatch.GetTimestamp();
        int rounds = 0;
        while (rounds++ < 5 ||
            (ofSlow < wanted * ofFast && Stopwatch.GetElapsedTime(since).TotalSeconds < seconds))
        {
            ofSlow = Math.Min(ofSlow, Once(slow));
            ofFast = Math.Min(ofFast, Once(fast));
        }

        return ofSlow / ofFast;
    }

    private static double Once(Action body)
    {
        long since = Stopwatch.GetTimestamp();
        body();
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }
}
