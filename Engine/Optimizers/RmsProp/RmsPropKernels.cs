using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>The portable kernel of <see cref="RmsProp"/>: one thread an element, striding over the grid.</summary>
internal static class RmsPropKernels
{
    public static void Step(Args a)
    {
        float learningRate = a.LearningRate[0];
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            float p = a.Parameters[i];
            float g = a.Gradients[i] + (a.WeightDecay * p);
            float v = Subnormal.Flush((a.Alpha * a.Square[i]) + (a.Share * g * g));
            a.Square[i] = v;
            g = v == 0f ? 0f : g;
            if (a.Centered != 0)
            {
                float mean = Subnormal.Flush((a.Alpha * a.Mean[i]) + (a.Share * g));
                a.Mean[i] = mean;
                v -= mean * mean;
                v = v < 0f ? 0f : v;
            }

            float direction = g / (MathF.Sqrt(v) + a.Epsilon);
            if (a.Momentum != 0f)
            {
                direction = Subnormal.Flush((a.Momentum * a.Buffer[i]) + direction);
                a.Buffer[i] = direction;
            }

            a.Parameters[i] = p - (learningRate * direction);
            a.Gradients[i] = 0f;
        }
    }

    internal readonly struct Args(
        FlatParameters flat, Tensor<float> square, Tensor<float>? mean, Tensor<float>? momentum, RmsPropOptions options)
    {
        public readonly ArrayView<float> Parameters = flat.Values.View;
        public readonly ArrayView<float> Gradients = flat.Gradients.View;
        public readonly ArrayView<float> Square = square.View;

        /// <summary>Not read unless centred.</summary>
        public readonly ArrayView<float> Mean = (mean ?? square).View;

        /// <summary>Not read where there is no momentum.</summary>
        public readonly ArrayView<float> Buffer = (momentum ?? square).View;
        public readonly ArrayView<float> LearningRate = flat.Progress.LearningRate.View;
        public readonly int Length = flat.Length;
        public readonly float Alpha = options.Alpha;

        /// <summary>1 - alpha.</summary>
        public readonly float Share = 1f - options.Alpha;
        public readonly float Epsilon = options.Epsilon;
        public readonly float Momentum = options.Momentum;
        public readonly int Centered = options.Centered ? 1 : 0;
        public readonly float WeightDecay = options.WeightDecay;
    }
}
