using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>What the kernels of group and layer normalisation share: the gradients of a channel's parameters.</summary>
internal static class ChannelGradients
{
    /// <summary>
    /// The group's channel, its place in the grid: dBeta += the sum of the terms' X, dY, and dGamma += that of their Y,
    /// dY h.
    /// </summary>
    public static void Add<TTerms>(TTerms terms, int count, ArrayView<float> dGamma, ArrayView<float> dBeta)
        where TTerms : struct, ITerms
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        Float2 mine = BlockSum.OfThread(terms, count);
        float sum = GroupSum.Of(shared, mine.X);
        float sumByValue = GroupSum.Of(shared, mine.Y);
        if (Group.IdxX == 0)
        {
            dBeta[Grid.IdxX] += sum;
            dGamma[Grid.IdxX] += sumByValue;
        }
    }
}
