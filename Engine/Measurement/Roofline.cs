// The two ends of a device's roofline, measured by what can do nothing but reach them:
//   Copy          y_i = x_i in 16-byte loads and stores: bytes a second, of memory where x is larger than the caches
//   MultiplyAdd   y_j = 16 sums a thread, each s <- s a + b over and over: operations a second
//                 (on the host 16 vectors of sums, s <- s + a b)
// A kernel of O operations and B bytes cannot take less than max(O / rate of operations, B / rate of bytes).
// Source: S. Williams, A. Waterman, D. Patterson, "Roofline: an insightful visual performance model" (2009).
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Measurement;

/// <summary>Work that runs at a device's rate of memory, or at its rate of float32 arithmetic.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Roofline
{
    private const int Chains = 16;
    private const int StepsOfRound = 4;

    private readonly ComputeDevice device;
    private readonly Tensor<float> source;
    private readonly Tensor<float> target;
    private readonly int rounds;
    private readonly int threads;
    private readonly Kernel<RooflineKernels.CopyArgs> copy;
    private readonly Kernel<RooflineKernels.MultiplyAddArgs> multiplyAdd;

    /// <summary>Plans both.</summary>
    /// <param name="device">Where they will run.</param>
    /// <param name="length">Floats of the copy, a multiple of 4; take more than the caches hold.</param>
    /// <param name="rounds">Length of the arithmetic: 64 steps a round of every thread, or vector on the host.</param>
    /// <exception cref="ArgumentException">The length is no multiple of 4, or the rounds are below 1.</exception>
    public Roofline(ComputeDevice device, int length, int rounds)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        if (length % 4 != 0)
        {
            throw new ArgumentException($"the copy moves Float4: give a multiple of 4, not {length}", nameof(length));
        }

        this.device = device;
        this.rounds = rounds;
        threads = device.IsHost ? device.Workers.Count : device.GroupSize * device.MaxGroups;
        source = device.Allocate<float>(new Shape(length));
        target = device.Allocate<float>(new Shape(Math.Max(length, threads)));
        copy = device.Load<RooflineKernels.CopyArgs>(RooflineKernels.Copy);
        multiplyAdd = device.Load<RooflineKernels.MultiplyAddArgs>(RooflineKernels.MultiplyAdd);
    }

    /// <summary>Bytes that one <see cref="Copy"/> moves, read and written.</summary>
    public double BytesOfCopy => 8.0 * source.Length;

    /// <summary>Operations of one <see cref="MultiplyAdd"/>: two a step.</summary>
    public double OperationsOfMultiplyAdd =>
        2.0 * threads * rounds * Chains * StepsOfRound * (device.IsHost ? RooflineHost.Lanes : 1);

    /// <summary>y = x.</summary>
    public void Copy()
    {
        if (device.IsHost)
        {
            RooflineHost.Copy(device.Workers, source, target);
        }
        else
        {
            copy.LaunchOver(source.Length / 4, new RooflineKernels.CopyArgs(source.View, target.View));
        }
    }

    /// <summary>The arithmetic, one result a thread.</summary>
    public void MultiplyAdd()
    {
        if (device.IsHost)
        {
            RooflineHost.MultiplyAdd(device.Workers, target, rounds);
        }
        else
        {
            multiplyAdd.Launch(
                device.MaxGroups, device.GroupSize, new RooflineKernels.MultiplyAddArgs(target.View, rounds));
        }
    }
}
