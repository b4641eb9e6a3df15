using System.Runtime.Intrinsics;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>
/// The host body of <see cref="Sgd"/>: limited by memory, so one pass, split evenly over the workers.
/// </summary>
internal static unsafe class SgdHost
{
    public static void Step(FlatParameters flat, Tensor<float>? momentum, SgdOptions options)
    {
        bool first = flat.Progress.StepOnHost() == 1;
        var body = new Body(
            flat.Values.Address, flat.Gradients.Address, momentum is null ? null : momentum.Address, flat.Length,
            flat.Progress.LearningRate.Span[0], first ? 0f : options.Momentum, first ? 1f : 1f - options.Dampening,
            options.Nesterov ? 1f : 0f, options.Nesterov ? options.Momentum : 1f, options.WeightDecay);
        flat.Device.Workers.Run(HostParts.Blocks(flat.Length), HostWork.OfFloats(4L * flat.Length), body);
    }

    /// <summary>b = keep b + share g, then d = own g + ahead b.</summary>
    private readonly struct Body(
        float* parameters, float* gradients, float* buffer, int length, float learningRate, float keep, float share,
        float own, float ahead, float weightDecay) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            int end = start + count;
            int i = start;
            for (; i <= end - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                Vector256<float> p = Vector256.Load(parameters + i);
                Vector256<float> direction = Vector256.Load(gradients + i) + (p * weightDecay);
                if (buffer != null)
                {
                    // At step 1, keep is 0 and the buffer, zero or what a former run left finite, does not count.
                    Vector256<float> kept = Subnormal.Flush((Vector256.Load(buffer + i) * keep) + (direction * share));
                    kept.Store(buffer + i);
                    direction = (direction * own) + (kept * ahead);
                }

                (p - (direction * learningRate)).Store(parameters + i);
                Vector256<float>.Zero.Store(gradients + i);
            }

            for (; i < end; i++)
            {
                float direction = gradients[i] + (parameters[i] * weightDecay);
                if (buffer != null)
                {
                    buffer[i] = Subnormal.Flush((buffer[i] * keep) + (direction * share));
                    direction = (direction * own) + (buffer[i] * ahead);
                }

                parameters[i] -= direction * learningRate;
                gradients[i] = 0f;
            }
        }
    }
}
