// How groups of one launch end in a common result without a second launch: each leaves its part in global memory and
// comes to a counter; the last to come finds all parts there, and adds them. Which group is the last differs from run
// to run, the order in which it adds does not: the same bits every time. The counter is an integer, and whole again
// when the launch ends.
//   store the part · fence · barrier · one thread counts, fence · barrier · the last group reads
// On an NVIDIA GPU that is membar.gl and atom.add, as CUDA's sample threadFenceReduction has it; on OpenCL its fence and
// atomic addition. On `ptx` and `cpu` groups run one after another or on threads of .NET's memory model.
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
        MemoryFence.DeviceLevel();
        Group.Barrier();
        if (Group.LinearIndex == 0)
        {
            int before = Atomic.Add(ref arrivals[at], 1);
            MemoryFence.DeviceLevel();
            flag[0] = 0;
            if (before == expected - 1)
            {
                arrivals[at] = 0;
                flag[0] = 1;
            }
        }

        Group.Barrier();
        return flag[0] != 0;
    }
}
