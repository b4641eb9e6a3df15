using System.Runtime.Intrinsics;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="Sigmoid"/>: one pass, split evenly over the workers.</summary>
internal static unsafe class SigmoidHost
{
    public static void Forward(HostWorkers workers, Tensor<float> x, Tensor<float> y)
    {
        var body = new ForwardBody(x.Address, y.Address, x.Length);
        workers.Run(HostParts.Blocks(x.Length), body);
    }

    public static void Backward(HostWorkers workers, Tensor<float> y, Tensor<float> dY, Tensor<float> dX)
    {
        var body = new BackwardBody(y.Address, dY.Address, dX.Address, y.Length);
        workers.Run(HostParts.Blocks(y.Length), body);
    }

    private readonly struct ForwardBody(float* x, float* y, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            TensorPrimitives.Sigmoid(new ReadOnlySpan<float>(x + start, count), new Span<float>(y + start, count));
        }
    }

    private readonly struct BackwardBody(float* y, float* dY, float* dX, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            int i = start;
            for (; i <= start + count - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                Vector256<float> value = Vector256.Load(y + i);
                (Vector256.Load(dY + i) * value * (Vector256<float>.One - value)).Store(dX + i);
            }

            for (; i < start + count; i++)
            {
                dX[i] = dY[i] * y[i] * (1f - y[i]);
            }
        }
    }
}
