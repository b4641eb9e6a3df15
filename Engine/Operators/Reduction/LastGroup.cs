// How groups of one launch end in a common result without a second launch: each leaves its part in global memory and
// comes to a counter; the last to come finds all parts there, and adds them. Which group is the last differs from run
// to run, the order in which it adds does not: the same bits every time. The counter is an integer, and whole again
// when the launch ends.
//   store the part · barrier, fence · one thread counts · barrier, fence · the last group reads
// On an NVIDIA GPU the fence is membar.gl and the count atom.add, as CUDA's sample threadFenceReduction has it. All
// threads pass the fences: on OpenCL ILGPU writes a fence as a barrier of the group. `ptx` runs groups one after
// another, in any order that a test wants.
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>Finds the last group of a launch, or of some groups of a launch, to come to a place.</summary>
internal static class LastGroup
{
    /// <summary>
    /// Counts this group. True, for all its threads, where it is the last of those expected: it then sees what every
    /// thread of the others stored before it came here. All threads of the group must come along.
    /// </summary>
    /// <param name="arrivals">Counters, all 0 before the launch, and again after it.</param>
    /// <param name="at">The counter to come to.</param>
    /// <param name="expected">Groups that come to it in one launch, at least 1.</param>
    /// <param name="flag">Shared memory of one element that nothing else uses.</param>
    public static bool Arrives(ArrayView<int> arrivals, int at, int expected, ArrayView<int> flag)
    {
        Group.Barrier();
        MemoryFence.DeviceLevel();
        if (Group.LinearIndex == 0)
        {
            int before = Atomic.Add(ref arrivals[at], 1);
            flag[0] = 0;
            if (before == expected - 1)
            {
                arrivals[at] = 0;
                flag[0] = 1;
            }
        }

        Group.Barrier();
        MemoryFence.DeviceLevel();
        return flag[0] != 0;
    }
}
