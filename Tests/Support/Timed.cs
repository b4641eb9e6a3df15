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
}
