using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>
/// The host body of <see cref="RmsProp"/>: limited by memory and division, so one pass, split evenly over the workers.
/// </summary>
internal static unsafe class RmsPropHost
{
    public static void Step(
        FlatParameters flat, Tensor<float> square, Tensor<float>? mean, Tensor<float>? momentum, RmsPropOptions options)
    {
        var body = new Body(
            flat.Values.Address, flat.Gradients.Address, square.Address, mean is null ? null : mean.Address,
            momentum is null ? null : momentum.Address, flat.Length, flat.Progress.LearningRate.Span[0], options);
        flat.Device.Workers.Run(HostParts.Blocks(flat.Length), HostWork.OfFloats(6L * flat.Length), body);
    }

    private readonly struct Body(
        float* parameters, float* gradients, float* square, float* mean, float* momentum, int length,
        float learningRate, RmsPropOptions options) : IHostBody
    {
        private readonly float alpha = options.Alpha;
        private readonly float share = 1f - options.Alpha;
        private readonly float epsilon = options.Epsilon;
        private readonly float keep = options.Momentum;
        private readonly float weightDecay = options.WeightDecay;

        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            for (int i = start; i < start + count; i++)
            {
                float g = gradients[i] + (weightDecay * parameters[i]);
                float v = Subnormal.Flush((alpha * square[i]) + (share * g * g));
                square[i] = v;
                g = v == 0f ? 0f : g;
                if (mean != null)
                {
                    mean[i] = Subnormal.Flush((alpha * mean[i]) + (share * g));
                    v = MathF.Max(0f, v - (mean[i] * mean[i]));
                }

                float direction = g / (MathF.Sqrt(v) + epsilon);
                if (momentum != null)
                {
                    direction = momentum[i] = Subnormal.Flush((keep * momentum[i]) + direction);
                }

                parameters[i] -= learningRate * direction;
                gradients[i] = 0f;
            }
        }
    }
}
