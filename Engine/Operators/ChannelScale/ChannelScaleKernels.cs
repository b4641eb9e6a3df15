using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="ChannelScale"/>.</summary>
internal static class ChannelScaleKernels
{
    // A thread's sum goes block by block, so that its error grows with the number of blocks alone.
    private const int TermsOfBlock = 64;

    public static void Forward(ForwardArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Count; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] = a.X[i] * a.Gate[i / a.Length];
        }
    }

    /// <summary>A group of threads a row: its sum, and its values where they are wanted.</summary>
    public static void Backward(BackwardArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        int start = Grid.IdxX * a.Length;
        float gate = a.Gate[Grid.IdxX];
        float mine = 0f;
        for (int first = Group.IdxX; first < a.Length; first += TermsOfBlock * Group.DimX)
        {
            int last = IntrinsicMath.Min(a.Length, first + (TermsOfBlock * Group.DimX));
            float part = 0f;
            for (int t = first; t < last; t += Group.DimX)
            {
                float gradient = a.DY[start + t];
                part += gradient * a.X[start + t];
                if (a.WantInput != 0)
                {
                    a.DX[start + t] = gradient * gate;
                }
            }

            mine += part;
        }

        float sum = GroupSum.Of(shared, mine);
        if (Group.IdxX == 0)
        {
            a.DGate[Grid.IdxX] = sum;
        }
    }

    internal readonly record struct ForwardArgs(
        ArrayView<float> X, ArrayView<float> Gate, ArrayView<float> Y, int Count, int Length);

    internal readonly record struct BackwardArgs(
        ArrayView<float> X, ArrayView<float> Gate, ArrayView<float> DY, ArrayView<float> DX, ArrayView<float> DGate,
        int Length, Flag WantInput);
}
