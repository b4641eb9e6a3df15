// Calls that find their data in memory: as many sets of a case's tensors as fill twice the largest cache, in turn.
// Where small tensors would make too many sets, twice the cache is copied before every round instead, untimed.
using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Measurement;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>Sets of tensors of one case, and the calls on them: ours, and a library's where there is one.</summary>
internal sealed class ColdBuffers
{
    private const int MostSets = 64;
    private const double SecondsToPlan = 1;

    private readonly List<Action[]> calls;

    private ColdBuffers(List<Action[]> calls, Action? sweep)
    {
        this.calls = calls;
        Sweep = sweep;
    }

    /// <summary>How many sets there are.</summary>
    public int Count => calls.Count;

    /// <summary>Evicts all sets; null where they evict one another.</summary>
    public Action? Sweep { get; }

    /// <summary>Adds sets to the one that there is.</summary>
    /// <param name="device">Where they lie.</param>
    /// <param name="first">The calls on the first set.</param>
    /// <param name="bytes">Bytes of a set.</param>
    /// <param name="cache">Bytes of the largest cache.</param>
    /// <param name="more">Makes one more set, and gives as many calls on it.</param>
    public static ColdBuffers Of(ComputeDevice device, Action[] first, long bytes, long cache, Func<Action[]> more)
    {
        long wanted = (2 * cache / Math.Max(bytes, 1)) + 1;
        List<Action[]> calls = [first];
        long since = Stopwatch.GetTimestamp();
        while (calls.Count < Math.Clamp(wanted, 2, MostSets) &&
            (calls.Count < 2 || Stopwatch.GetElapsedTime(since).TotalSeconds < SecondsToPlan))
        {
            calls.Add(more());
        }

        Action? sweep = null;
        if (calls.Count * bytes < 2 * cache)
        {
            var others = new Roofline(device, (int)Math.Min(2 * cache / 4, 1 << 28) / 4 * 4, rounds: 1);
            sweep = others.Copy;
        }

        return new ColdBuffers(calls, sweep);
    }

    /// <summary>Runs one of the calls on every set once.</summary>
    /// <param name="which">0 for ours.</param>
    public void RunAll(int which)
    {
        foreach (Action[] ofSet in calls)
        {
            ofSet[which]();
        }
    }
}
