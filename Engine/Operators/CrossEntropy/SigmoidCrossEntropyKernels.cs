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
            float v = 1f;
            if (a.Weighted != 0)
            {
                v += (a.PositiveWeights[i % a.Classes] - 1f) * t;
            }

            float e = Elementary.Exp(x < 0f ? x : -x);
            float softplus = (x < 0f ? -x : 0f) + Elementary.LogOnePlus(e);
            loss += ((1f - t) * x) + (v * softplus);
            if (a.WantGradient != 0)
            {
                float opposite = (x < 0f ? 1f : e) / (1f + e);
                a.DLogits[i] = ((1f - t) - (v * opposite)) * inverseLength;
            }
        }

        loss = GroupSum.Of(shared, loss * inverseLength);
        if (Group.IdxX == 0)
        {
            a.Partials[Grid.IdxX] = loss;
        }
    }

    internal readonly struct Args(
        ArrayView<float> logits,
        ArrayView<float> targets,
        ArrayView<float> positiveWeights,
        ArrayView<float> dLogits,
        ArrayView<float> partials,
        int length,
        int classes,
        int weighted,
        int wantGradient)
    {
        public readonly ArrayView<float> Logits = logits;
        public readonly ArrayView<float> Targets = targets;
        public readonly ArrayView<float> PositiveWeights = positiveWeights;
        public readonly ArrayView<float> DLogits = dLogits;
        public readonly ArrayView<float> Partials = partials;
        public readonly int Length = length;
        public readonly int Classes = classes;
        public readonly int Weighted = weighted;
        public readonly int WantGradient = wantGradient;
    }
}
