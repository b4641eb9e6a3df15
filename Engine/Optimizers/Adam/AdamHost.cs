using System.Runtime.Intrinsics;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>
/// The host body of <see cref="Adam"/>: limited by memory, so one pass, split evenly over the workers.
/// </summary>
internal static unsafe class AdamHost
{
    public static void Step(AdamBuffers buffers, AdamSettings settings)
    {
        FlatParameters flat = buffers.Flat;
        int t = flat.Progress.StepOnHost();
        float learningRate = flat.Progress.LearningRate.Span[0];
        var factors = new Factors(
            learningRate * At(buffers.MeanFactors, t), At(buffers.RootFactors, t),
            1f - (learningRate * settings.Decay), settings);
        var body = new Body(
            flat.Values.Address, flat.Gradients.Address, buffers.Mean.Address, buffers.Square.Address, flat.Length,
            factors);
        flat.Device.Workers.Run(HostParts.Blocks(flat.Length), HostWork.OfFloats(7L * flat.Length), body);
    }

    private static float At(Tensor<float> table, int t) => table.Span[Math.Min(t, table.Length) - 1];

    private readonly struct Factors(float rate, float rootFactor, float shrink, AdamSettings settings)
    {
        public readonly float Rate = rate;
        public readonly float RootFactor = rootFactor;
        public readonly float Shrink = shrink;
        public readonly float Penalty = settings.Penalty;
        public readonly float Beta1 = settings.Beta1;
        public readonly float Beta2 = settings.Beta2;
        public readonly float Share1 = (float)(1 - (double)settings.Beta1);
        public readonly float Share2 = (float)(1 - (double)settings.Beta2);
        public readonly float Epsilon = settings.Epsilon;
    }

    private readonly struct Body(
        float* parameters, float* gradients, float* mean, float* square, int length, Factors n) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            int end = start + count;
            int i = start;
            Vector256<float> beta1 = Vector256.Create(n.Beta1);
            Vector256<float> beta2 = Vector256.Create(n.Beta2);
            Vector256<float> share1 = Vector256.Create(n.Share1);
            Vector256<float> share2 = Vector256.Create(n.Share2);
            Vector256<float> rate = Vector256.Create(n.Rate);
            Vector256<float> rootFactor = Vector256.Create(n.RootFactor);
            Vector256<float> epsilon = Vector256.Create(n.Epsilon);
            Vector256<float> shrink = Vector256.Create(n.Shrink);
            Vector256<float> penalty = Vector256.Create(n.Penalty);
            for (; i <= end - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                Vector256<float> p = Vector256.Load(parameters + i);
                Vector256<float> g = Vector256.Load(gradients + i) + (penalty * p);
                Vector256<float> m = Subnormal.Flush((beta1 * Vector256.Load(mean + i)) + (share1 * g));
                Vector256<float> v = Subnormal.Flush((beta2 * Vector256.Load(square + i)) + (share2 * g * g));
                m = Vector256.AndNot(m, Vector256.Equals(v, Vector256<float>.Zero));
                m.Store(mean + i);
                v.Store(square + i);
                ((shrink * p) - (rate * (m / ((Vector256.Sqrt(v) * rootFactor) + epsilon)))).Store(parameters + i);
                Vector256<float>.Zero.Store(gradients + i);
            }

            for (; i < end; i++)
            {
                float g = gradients[i] + (n.Penalty * parameters[i]);
                float m = Subnormal.Flush((n.Beta1 * mean[i]) + (n.Share1 * g));
                float v = Subnormal.Flush((n.Beta2 * square[i]) + (n.Share2 * g * g));
                m = v == 0f ? 0f : m;
                mean[i] = m;
                square[i] = v;
                parameters[i] = (n.Shrink * parameters[i]) -
                    (n.Rate * (m / ((MathF.Sqrt(v) * n.RootFactor) + n.Epsilon)));
                gradients[i] = 0f;
            }
        }
    }
}
