// How the threads that share a row meet: lanes neighbours, a power of two of them, get the sum or the maximum of their
// values. Halves meet first, so both ways give the same bits. All threads of a group must come along.
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>A way for neighbouring threads to meet, resolved when a kernel is compiled.</summary>
internal interface IRowLanes
{
    /// <summary>The sum over the lanes of a row, for each of them.</summary>
    /// <param name="shared">A place for every thread of the group, or nothing that is read.</param>
    /// <param name="lane">This thread's place among its lanes.</param>
    /// <param name="lanes">Threads of a row.</param>
    /// <param name="value">This thread's value.</param>
    float Sum(ArrayView<float> shared, int lane, int lanes, float value);

    /// <summary>The maximum over the lanes of a row, for each of them.</summary>
    /// <inheritdoc cref="Sum"/>
    float Max(ArrayView<float> shared, int lane, int lanes, float value);
}

/// <summary>Through shared memory: any number of lanes up to the group's threads, on every device.</summary>
internal readonly struct SharedLanes : IRowLanes
{
    public float Sum(ArrayView<float> shared, int lane, int lanes, float value)
    {
        int thread = Group.IdxX;
        shared[thread] = value;
        Group.Barrier();
        for (int half = lanes / 2; half > 0; half /= 2)
        {
            if (lane < half)
            {
                shared[thread] += shared[thread + half];
            }

            Group.Barrier();
        }

        float sum = shared[thread - lane];
        Group.Barrier();
        return sum;
    }

    public float Max(ArrayView<float> shared, int lane, int lanes, float value)
    {
        int thread = Group.IdxX;
        shared[thread] = value;
        Group.Barrier();
        for (int half = lanes / 2; half > 0; half /= 2)
        {
            if (lane < half && shared[thread + half] > shared[thread])
            {
                shared[thread] = shared[thread + half];
            }

            Group.Barrier();
        }

        float max = shared[thread - lane];
        Group.Barrier();
        return max;
    }
}

/// <summary>By shuffles, no barrier: lanes of one warp, where <c>ComputeDevice.ShuffleWidth</c> allows as many.</summary>
internal readonly struct WarpLanes : IRowLanes
{
    /// <summary>For the kernels that meet so.</summary>
    public const string WhyNotOnOpenCl = "ILGPU writes shuffles for some vendors' OpenCL alone";

    public float Sum(ArrayView<float> shared, int lane, int lanes, float value)
    {
        float sum = value;
        for (int half = lanes / 2; half > 0; half /= 2)
        {
            sum += Warp.ShuffleXor(sum, half);
        }

        return sum;
    }

    public float Max(ArrayView<float> shared, int lane, int lanes, float value)
    {
        float max = value;
        for (int half = lanes / 2; half > 0; half /= 2)
        {
            float other = Warp.ShuffleXor(max, half);
            max = other > max ? other : max;
        }

        return max;
    }
}
