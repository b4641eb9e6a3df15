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
    /// disturb least. Both take turns, for about as long each, so that a disturbance has the same chance to hit either,
    /// until the ratio is what it should be or for the given time.
    /// </summary>
    /// <param name="reference">What is compared with.</param>
    /// <param name="measured">What is measured.</param>
    /// <param name="wanted">What the ratio should be, at least.</param>
    /// <param name="seconds">How long to go on for, and give code time to be compiled once more.</param>
    public static double Ratio(Action reference, Action measured, double wanted, double seconds = 20)
    {
        const double warmUp = 0.5;
        const double turn = 0.002;
        long since = Stopwatch.GetTimestamp();
        (double ofReference, double ofMeasured) = (WarmUp(reference, warmUp), WarmUp(measured, warmUp));
        double each = Math.Max(turn, Math.Max(ofReference, ofMeasured));
        (int references, int measurements) = (Repeats(ofReference), Repeats(ofMeasured));
        do
        {
            ofReference = Math.Min(ofReference, Mean(reference, references));
            ofMeasured = Math.Min(ofMeasured, Mean(measured, measurements));
        }
        while (ofReference < wanted * ofMeasured && Stopwatch.GetElapsedTime(since).TotalSeconds < seconds);
        return ofReference / ofMeasured;

        int Repeats(double time) => Math.Max(1, (int)(each / time));
    }

    private static double WarmUp(Action body, double seconds)
    {
        long since = Stopwatch.GetTimestamp();
        double least = double.MaxValue;
        while (Stopwatch.GetElapsedTime(since).TotalSeconds < seconds)
        {
            least = Math.Min(least, Mean(body, 1));
        }

        return least;
    }

    private static double Mean(Action body, int repeats)
    {
        long since = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
        {
            body();
        }

        return Stopwatch.GetElapsedTime(since).TotalSeconds / repeats;
    }
}
