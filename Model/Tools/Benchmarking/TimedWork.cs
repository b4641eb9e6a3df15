// Takes samples of one piece of work, or of several in turns, so that what disturbs the machine disturbs all alike. A
// sample is a batch of calls that the device is waited for once, and long enough for the clock.
using System.Diagnostics;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>Work to be timed.</summary>
/// <param name="Run">Some calls of it.</param>
/// <param name="Calls">How many calls that is.</param>
/// <param name="Wait">Waits until they are done.</param>
/// <param name="Before">What is done before each sample and not timed.</param>
internal sealed record TimedWork(Action Run, int Calls, Action Wait, Action? Before = null)
{
    private const int MostSamples = 41;
    private const int FewestSamples = 5;
    private const int MostRepeats = 10_000;

    /// <summary>Samples of each work in microseconds a call, in the order in which they were taken.</summary>
    /// <param name="works">What to time. Each has run once before.</param>
    /// <param name="seconds">How long to time each; one that takes longer gives five samples all the same.</param>
    public static double[][] InTurns(IReadOnlyList<TimedWork> works, double seconds)
    {
        double[] once = [.. works.Select(work => Math.Max(work.Time(1), 1e-7))];
        double longest = once.Max();
        int samples = (int)Math.Clamp(seconds / longest, FewestSamples, MostSamples);
        // With something to do before each sample there is one run a sample: that is what it is for.
        int[] repeats = [.. works.Select((work, i) => work.Before is not null
            ? 1
            : (int)Math.Clamp(seconds / samples / once[i], 1, MostRepeats))];
        double[][] times = [.. works.Select(_ => new double[samples])];
        for (int sample = 0; sample < samples; sample++)
        {
            for (int i = 0; i < works.Count; i++)
            {
                times[i][sample] = works[i].Time(repeats[i]) * 1e6 / repeats[i] / works[i].Calls;
            }
        }

        return times;
    }

    private double Time(int repeats)
    {
        if (Before is not null)
        {
            Before();
            Wait();
        }

        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
        {
            Run();
        }

        Wait();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
