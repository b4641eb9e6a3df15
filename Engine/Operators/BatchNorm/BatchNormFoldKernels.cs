using ILGPU;

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

    internal readonly struct FoldArgs(
        ArrayView<float> weight, ArrayView<float> bias, ArrayView<float> gamma, ArrayView<float> beta,
        ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> foldedWeight, ArrayView<float> foldedBias,
        int count, int length, bool hasBias, float epsilon)
    {
        public readonly ArrayView<float> Weight = weight;
        public readonly ArrayView<float> Bias = bias;
        public readonly ArrayView<float> Gamma = gamma;
        public readonly ArrayView<float> Beta = beta;
        public readonly ArrayView<float> Mean = mean;
        public readonly ArrayView<float> Variance = variance;
        public readonly ArrayView<float> FoldedWeight = foldedWeight;
        public readonly ArrayView<float> FoldedBias = foldedBias;
        public readonly int Count = count;
        public readonly int Length = length;
        public readonly int HasBias = hasBias ? 1 : 0;
        public readonly float Epsilon = epsilon;
    }
}
