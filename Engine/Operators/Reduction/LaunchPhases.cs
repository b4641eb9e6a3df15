// Phases within one launch: groups of a later phase wait until those of an earlier one have arrived. A group waits only
// for groups that began before it: each takes a ticket when it begins, and phases take tickets in order. So whatever
// order a GPU starts groups in, and however few it holds at a time, those that are waited for are running or done.
//   ticket, wait for the phase before, work, arrive, leave; the last to leave sets all counters to 0
// Weighed: a boundary between launches costs 1.3 us in a CUDA graph on an H200, and the last groups of a launch run
// alone. A boundary of phases costs an atomic addition, a fence and a look at a counter, and groups of the next phase
// stand ready on the multiprocessors that have no work left. A ticket is an atomic addition a group, so grids of
// thousands of groups, which hide a boundary anyway, are launched one after another instead.
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>Counters of a launch with phases: tickets, groups that left, arrivals of each phase.</summary>
internal static class LaunchPhases
{
    /// <summary>Why OpenCL devices run one launch after another.</summary>
    public const string WhyNotOnOpenCl =
        "ILGPU writes a fence as a barrier of the group, which the one thread that waits cannot pass alone";

    private const int Ticket = 0;
    private const int Left = 1;
    private const int First = 2;

    /// <summary>Counters of so many phases.</summary>
    public static int CountersOf(int phases) => First + phases;

    /// <summary>This group's place in the order in which groups began.</summary>
    /// <param name="counters">All 0 before the launch, and again after it.</param>
    /// <param name="shared">Shared memory of one element that nothing else uses.</param>
    public static int Begin(ArrayView<int> counters, ArrayView<int> shared)
    {
        if (Group.LinearIndex == 0)
        {
            shared[0] = Atomic.Add(ref counters[Ticket], 1);
        }

        Group.Barrier();
        return shared[0];
    }

    /// <summary>What the threads of this group stored is there for those that wait for the phase.</summary>
    public static void Arrive(ArrayView<int> counters, int phase)
    {
        Group.Barrier();
        MemoryFence.DeviceLevel();
        if (Group.LinearIndex == 0)
        {
            Atomic.Add(ref counters[First + phase], 1);
        }
    }

    /// <summary>Waits until so many groups have arrived.</summary>
    public static void Wait(ArrayView<int> counters, int phase, int groups)
    {
        if (Group.LinearIndex == 0)
        {
            while (counters[First + phase] < groups)
            {
                MemoryFence.DeviceLevel(); // The next look is at memory again.
            }
        }

        Group.Barrier();
        MemoryFence.DeviceLevel();
    }

    /// <summary>Ends the group's part of the launch.</summary>
    public static void Leave(ArrayView<int> counters, int groups, int phases)
    {
        Group.Barrier();
        if (Group.LinearIndex == 0 && Atomic.Add(ref counters[Left], 1) == groups - 1)
        {
            for (int i = 0; i < First + phases; i++)
            {
                counters[i] = 0;
            }
        }
    }
}
