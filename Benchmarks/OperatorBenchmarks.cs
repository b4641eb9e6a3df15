// What the benchmarks of all operators have in common: a device, tensors on it, and the count of their work.
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>
/// Benchmarks of one operator over its cases. A class for each operator derives from this one: it plans the operator
/// for a case, calls it, and says in <see cref="WorkOf"/> what one call computes and moves.
/// </summary>
public abstract class OperatorBenchmarks
{
    private ComputeDevice? device;

    /// <summary>The device of the case under way.</summary>
    protected ComputeDevice Device =>
        device ?? throw new InvalidOperationException($"there is no device yet: {nameof(Setup)}() opens it");

    /// <summary>What one call of a benchmark of this class computes and moves, for the class's case.</summary>
    public abstract Work WorkOf(string benchmark);

    /// <summary>Opens the device and plans the operator: each case has a device, and so memory, of its own.</summary>
    [GlobalSetup]
    public void Setup()
    {
        device = BenchmarkDevice.Open();
        Plan();
        device.Synchronize();
    }

    /// <summary>Gives the device and all memory on it back.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        device?.Dispose();
        device = null;
    }

    /// <summary>Plans the operator and its tensors.</summary>
    protected abstract void Plan();

    /// <summary>Waits for a device that works on its own; host bodies are done when they return.</summary>
    protected void Finish()
    {
        if (!Device.IsHost)
        {
            Device.Synchronize();
        }
    }

    /// <summary>Numbers from [-1, 1), the same in every run.</summary>
    protected Tensor<float> Noise(Shape shape)
    {
        var random = new SplitMix64(1);
        float[] values = new float[shape.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.Between(-1, 1);
        }

        return Device.Upload<float>(shape, values);
    }

    /// <summary>Zeros, for what a call writes.</summary>
    protected Tensor<float> Zeros(Shape shape) => Device.Allocate<float>(shape);
}
