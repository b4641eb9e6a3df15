using ILGPU;

namespace NativeCnn.Engine.Operators;

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
