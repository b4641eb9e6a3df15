using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="BatchNormFold"/>: one thread a weight, striding over the grid.</summary>
internal static class BatchNormFoldKernels
{
    public static void Fold(FoldArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Count; i += Grid.DimX * Group.DimX)
        {
            int k = i / a.Length;
            float scale = a.Gamma[k] / MathF.Sqrt(a.Variance[k] + a.Epsilon);
            a.FoldedWeight[i] = a.Weight[i] * scale;
            // The filter's first thread has its bias, too.
            if (i == k * a.Length)
            {
                float bias = a.HasBias != 0 ? a.Bias[k] : 0f;
                a.FoldedBias[k] = a.Beta[k] + ((bias - a.Mean[k]) * scale);
            }
        }
    }

    internal readonly record struct FoldArgs(
        ArrayView<float> Weight, ArrayView<float> Bias, ArrayView<float> Gamma, ArrayView<float> Beta,
        ArrayView<float> Mean, ArrayView<float> Variance, ArrayView<float> FoldedWeight, ArrayView<float> FoldedBias,
        int Count, int Length, Flag HasBias, float Epsilon);
}
