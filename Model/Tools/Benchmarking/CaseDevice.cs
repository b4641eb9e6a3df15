using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>A device that keeps which tensors a case takes of it, in their order: to be looked at after a call.
/// </summary>
internal sealed class CaseDevice(ComputeDevice device)
{
    // So that no two inputs of a case are the same numbers; a prime.
    private const int NoiseStep = 7919;

    private static readonly Lock NoiseGate = new();
    private static float[] known = [];

    private readonly List<object> tensors = [];

    /// <summary>The device.</summary>
    public ComputeDevice Device => device;

    /// <summary>The tensors so far: <see cref="Tensor{T}"/> of float or int.</summary>
    public IReadOnlyList<object> Tensors => tensors;

    /// <summary>Bytes of the tensors so far.</summary>
    public long Bytes { get; private set; }

    public static implicit operator ComputeDevice(CaseDevice one) => one.Device;

    /// <summary>A tensor of zeros.</summary>
    public Tensor<T> Allocate<T>(Shape shape) where T : unmanaged => Kept(device.Allocate<T>(shape));

    /// <summary>A tensor of these values.</summary>
    public Tensor<T> Upload<T>(Shape shape, ReadOnlySpan<T> values) where T : unmanaged =>
        Kept(device.Upload(shape, values));

    /// <summary>
    /// A tensor of numbers from -1 to 1, others than in the case's other tensors, the same on every device.
    /// </summary>
    public Tensor<float> Noise(Shape shape)
    {
        int start = NoiseStep * tensors.Count;
        return Upload<float>(shape, NoiseUpTo(start + shape.Length).AsSpan(start, shape.Length));
    }

    /// <summary>The values of every tensor; those of int as floats.</summary>
    public float[][] Read() => [.. tensors.Select((_, i) => Read(i))];

    /// <summary>The values of one tensor.</summary>
    public float[] Read(int tensor)
    {
        device.Synchronize();
        return tensors[tensor] is Tensor<int> places
            ? Array.ConvertAll(places.ToArray(), place => (float)place)
            : ((Tensor<float>)tensors[tensor]).ToArray();
    }

    private Tensor<T> Kept<T>(Tensor<T> tensor) where T : unmanaged
    {
        tensors.Add(tensor);
        Bytes += 4L * tensor.Length;
        return tensor;
    }

    private static float[] NoiseUpTo(int length)
    {
        lock (NoiseGate)
        {
            if (known.Length < length)
            {
                known = Throughput.Noise(length);
            }

            return known;
        }
    }
}
