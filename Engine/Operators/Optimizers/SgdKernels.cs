using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="Sgd"/>: one thread an element, striding over the grid.</summary>
internal static class SgdKernels
{
    public static void Step(Args a)
    {
        float learningRate = a.LearningRate[0];
        bool first = a.Step[0] <= 1;
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            float p = a.Parameters[i];
            float direction = a.Gradients[i] + (a.WeightDecay * p);
            if (a.Momentum != 0f)
            {
                float kept = Subnormal.Flush(first ? direction : (a.Momentum * a.Buffer[i]) + (a.Share * direction));
                a.Buffer[i] = kept;
                direction = a.Nesterov != 0 ? direction + (a.Momentum * kept) : kept;
            }

            a.Parameters[i] = p - (learningRate * direction);
            a.Gradients[i] = 0f;
        }
    }

    internal readonly struct Args(
        ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> buffer, ArrayView<int> step,
        ArrayView<float> learningRate, int length, SgdOptions options)
    {
        public readonly ArrayView<float> Parameters = parameters;
        public readonly ArrayView<float> Gradients = gradients;
        public readonly ArrayView<float> Buffer = buffer;
        public readonly ArrayView<int> Step = step;
        public readonly ArrayView<float> LearningRate = learningRate;
        public readonly int Length = length;
        public readonly float Momentum = options.Momentum;

        /// <summary>1 - dampening.</summary>
        public readonly float Share = 1f - options.Dampening;
        public readonly float WeightDecay = options.WeightDecay;
        public readonly int Nesterov = options.Nesterov ? 1 : 0;
    }
}
