// One thread an element, striding over the grid; a second launch adds the groups' sums where there is more than one.
using ILGPU;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="SigmoidCrossEntropy"/>.</summary>
internal static class SigmoidCrossEntropyKernels
{
    public static void Pass(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        float inverseLength = 1f / a.Length;
        float loss = 0f;
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            float x = a.Logits[i];
            float t = a.Targets[i];
            float positive = a.Weighted != 0 ? a.PositiveWeights[i % a.Classes] * t : t;
            float negative = 1f - t;
            float e = Elementary.Exp(x < 0f ? x : -x);
            float log = Elementary.LogOnePlus(e);
            loss += Term(positive, (x < 0f ? -x : 0f) + log) + Term(negative, (x < 0f ? 0f : x) + log);
            if (a.WantGradient != 0)
            {
                float share = 1f / (1f + e);
                float rest = e * share;
                a.DLogits[i] = inverseLength *
                    ((negative * (x < 0f ? rest : share)) - (positive * (x < 0f ? share : rest)));
            }
        }

        loss = GroupSum.Of(shared, loss * inverseLength);
        if (Group.IdxX == 0)
        {
            a.Partials[Grid.IdxX] = loss;
        }
    }

    /// <summary>The product; 0 where the factor is and the softplus infinite.</summary>
    private static float Term(float factor, float softplus) =>
        factor == 0f && softplus == float.PositiveInfinity ? 0f : factor * softplus;

    internal readonly record struct Args(
        ArrayView<float> Logits, ArrayView<float> Targets, ArrayView<float> PositiveWeights, ArrayView<float> DLogits,
        ArrayView<float> Partials, int Length, int Classes, int Weighted, int WantGradient);
}
