using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="Dropout"/>: one pass, split evenly over the workers.</summary>
internal static unsafe class DropoutHost
{
    public static void Forward(
        HostWorkers workers, in DropoutDraw draw, Tensor<float> x, Tensor<float> y, Tensor<float> mask)
    {
        var body = new ForwardBody(draw, x.Address, y.Address, mask.Address, x.Length);
        workers.Run(HostParts.Blocks(x.Length), HostWork.OfFunctions(x.Length), body);
    }

    public static void Multiply(HostWorkers workers, Tensor<float> x, Tensor<float> mask, Tensor<float> y)
    {
        var body = new MultiplyBody(x.Address, mask.Address, y.Address, x.Length);
        workers.Run(HostParts.Blocks(x.Length), HostWork.OfFloats(3L * x.Length), body);
    }

    private readonly struct ForwardBody(DropoutDraw draw, float* x, float* y, float* mask, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            draw.Forward(x, y, mask, start, count);
        }
    }

    private readonly struct MultiplyBody(float* x, float* mask, float* y, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            TensorPrimitives.Multiply(
                new ReadOnlySpan<float>(x + start, count), new ReadOnlySpan<float>(mask + start, count),
                new Span<float>(y + start, count));
        }
    }
}
