// Mean and maximum over all time, side by side: how much of a filter's answer a clip has, and how strong it is at its
// strongest.
//   y[b, c]     = 1 / T sum over t of x[b, c, t]
//   y[b, C + c] = max over t of x[b, c, t];   argMax[b, c] = the first t that has it (a NaN wins)
//   dX[b, c, t] = dY[b, c] / T + (dY[b, C + c] where t = argMax[b, c], else 0)
// y, argMax and dX are assigned. Portable: a thread a row forward, a thread an element backward. Host: rows by parts,
// a row's argMax looked for only where it is asked for.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Pools [B, C, T] over all time to [B, 2 C]: the means, then the maxima; and its backward pass.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class GlobalMeanMaxPool
{
    /// <summary>Operations for each element of x, forward and backward: one of the mean, one of the maximum.</summary>
    public const int OperationsOfElement = 2;

    private readonly ComputeDevice device;
    private readonly int batch;
    private readonly int channels;
    private readonly int length;
    private readonly Kernel<GlobalPoolKernels.ForwardArgs> forward;
    private readonly Kernel<GlobalPoolKernels.MeansAndMaximaArgs> forwardWithoutArgMax;
    private readonly Kernel<GlobalPoolKernels.BackwardArgs> backward;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="batch">Clips B.</param>
    /// <param name="channels">Channels C.</param>
    /// <param name="length">Time steps T.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is below 1.</exception>
    public GlobalMeanMaxPool(ComputeDevice device, int batch, int channels, int length)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        _ = new Shape(batch, channels, length); // Throws where there are more elements than a tensor has.
        this.device = device;
        this.batch = batch;
        this.channels = channels;
        this.length = length;
        Input = new Shape(batch, channels, length);
        Output = new Shape(batch, 2 * channels);
        ArgMax = new Shape(batch, channels);
        forward = device.Load<GlobalPoolKernels.ForwardArgs>(GlobalPoolKernels.Forward);
        forwardWithoutArgMax = device.Load<GlobalPoolKernels.MeansAndMaximaArgs>(
            GlobalPoolKernels.ForwardWithoutArgMax);
        backward = device.Load<GlobalPoolKernels.BackwardArgs>(GlobalPoolKernels.Backward);
    }

    /// <summary>x: [B, C, T].</summary>
    public Shape Input { get; }

    /// <summary>y: [B, 2 C].</summary>
    public Shape Output { get; }

    /// <summary>argMax: [B, C].</summary>
    public Shape ArgMax { get; }

    /// <summary>
    /// y [B, 2 C] from x [B, C, T], and argMax [B, C], which backward needs; null where it will not run: it is then not
    /// even looked for.
    /// </summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public unsafe void Forward(Tensor<float> x, Tensor<float> y, Tensor<int>? argMax)
    {
        x.Expect(Input);
        y.Expect(Output);
        argMax.ExpectIfGiven(ArgMax);
        if (device.IsHost)
        {
            int* places = argMax is null ? null : argMax.Address;
            device.Workers.Run(Parts, HostWork.OfFloats(2L * Input.Length), new ForwardBody(
                x.Address, y.Address, places, batch * channels, channels, length, RowsOfPart));
        }
        else if (argMax is null)
        {
            forwardWithoutArgMax.LaunchOver(batch * channels, new GlobalPoolKernels.MeansAndMaximaArgs(
                x.View, y.View, batch * channels, channels, length));
        }
        else
        {
            forward.LaunchOver(batch * channels, new GlobalPoolKernels.ForwardArgs(
                x.View, y.View, argMax.View, batch * channels, channels, length));
        }
    }

    /// <summary>dX from dY and argMax.</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public unsafe void Backward(Tensor<float> dY, Tensor<int> argMax, Tensor<float> dX)
    {
        dY.Expect(Output);
        argMax.Expect(ArgMax);
        dX.Expect(Input);
        if (device.IsHost)
        {
            device.Workers.Run(Parts, HostWork.OfFloats(2L * Input.Length), new BackwardBody(
                dY.Address, argMax.Address, dX.Address, batch * channels, channels, length, RowsOfPart));
        }
        else
        {
            backward.LaunchOver(dX.Length, new GlobalPoolKernels.BackwardArgs(
                dY.View, argMax.View, dX.View, batch * channels, channels, length));
        }
    }

    private int RowsOfPart => Math.Max(1, HostParts.BlockLength / length);

    private int Parts => ((batch * channels) + RowsOfPart - 1) / RowsOfPart;

    private readonly unsafe struct ForwardBody(
        float* x, float* y, int* argMax, int rows, int channels, int length, int rowsOfPart) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int end = Math.Min(rows, (part + 1) * rowsOfPart);
            for (int row = part * rowsOfPart; row < end; row++)
            {
                var values = new ReadOnlySpan<float>(x + ((long)row * length), length);
                float* target = y + ((row / channels * 2L * channels) + (row % channels));
                *target = TensorPrimitives.Sum(values) / length;
                if (argMax == null)
                {
                    target[channels] = TensorPrimitives.Max(values);
                    continue;
                }

                int place = length < HostMaximum.Least ? -1 : HostMaximum.Place(x + ((long)row * length), length);
                argMax[row] = place >= 0 ? place : TensorPrimitives.IndexOfMax(values);
                target[channels] = values[argMax[row]];
            }
        }
    }

    private readonly unsafe struct BackwardBody(
        float* dY, int* argMax, float* dX, int rows, int channels, int length, int rowsOfPart) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int end = Math.Min(rows, (part + 1) * rowsOfPart);
            for (int row = part * rowsOfPart; row < end; row++)
            {
                float* source = dY + ((row / channels * 2L * channels) + (row % channels));
                var target = new Span<float>(dX + ((long)row * length), length);
                target.Fill(*source / length);
                target[argMax[row]] += source[channels];
            }
        }
    }
}
