using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="Adam"/>: one thread an element, striding over the grid.</summary>
internal static class AdamKernels
{
    public static void Step(Args a)
    {
        int t = a.Step[0] < 1 ? 1 : a.Step[0];
        float rate = a.LearningRate[0] * At(a.MeanFactors, t);
        float rootFactor = At(a.RootFactors, t);
        float shrink = 1f - (a.LearningRate[0] * a.Decay);
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            float p = a.Parameters[i];
            float g = a.Gradients[i] + (a.Penalty * p);
            float m = Subnormal.Flush((a.Beta1 * a.Mean[i]) + (a.Share1 * g));
            float v = Subnormal.Flush((a.Beta2 * a.Square[i]) + (a.Share2 * g * g));
            a.Mean[i] = m;
            a.Square[i] = v;
            a.Parameters[i] = (shrink * p) - (rate * (m / ((MathF.Sqrt(v) * rootFactor) + a.Epsilon)));
            a.Gradients[i] = 0f;
        }
    }

    private static float At(ArrayView<float> table, int t)
    {
        int last = table.IntLength;
        return table[(t < last ? t : last) - 1];
    }

    internal readonly struct Args(AdamBuffers buffers, StepClock clock, AdamOptions options)
    {
        public readonly ArrayView<float> Parameters = buffers.Parameters.View;
        public readonly ArrayView<float> Gradients = buffers.Gradients.View;
        public readonly ArrayView<float> Mean = buffers.Mean.View;
        public readonly ArrayView<float> Square = buffers.Square.View;
        public readonly ArrayView<float> MeanFactors = buffers.MeanFactors.View;
        public readonly ArrayView<float> RootFactors = buffers.RootFactors.View;
        public readonly ArrayView<int> Step = clock.Step.View;
        public readonly ArrayView<float> LearningRate = clock.LearningRate.View;
        public readonly int Length = buffers.Parameters.Length;
        public readonly float Beta1 = options.Beta1;
        public readonly float Beta2 = options.Beta2;

        /// <summary>1 - beta1.</summary>
        public readonly float Share1 = (float)(1 - (double)options.Beta1);

        /// <summary>1 - beta2.</summary>
        public readonly float Share2 = (float)(1 - (double)options.Beta2);
        public readonly float Epsilon = options.Epsilon;

        /// <summary>Weight decay through the gradient.</summary>
        public readonly float Penalty = options.Decoupled ? 0f : options.WeightDecay;

        /// <summary>Weight decay past the gradient.</summary>
        public readonly float Decay = options.Decoupled ? options.WeightDecay : 0f;
    }
}
