// Concatenation: the inputs of a clip side by side.
//   y[b, O_i + j]  = x_i[b, j],   O_i = the widths before input i
//   dX_i[b, j]     = dY[b, O_i + j]
// y and every dX_i are assigned. Tensors are checked by their number of elements: along the channels of [B, C_i, T] an
// input is C_i T wide. No input may be part of y.
//
// Bodies: portable, a launch an input, a thread an element. Host: clips by parts, each input's piece copied whole.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Concatenates [batch, width] of several widths to [batch, their sum], and its backward pass.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Concat
{
    private readonly ComputeDevice device;
    private readonly int batch;
    private readonly int[] widths;
    private readonly int width;
    private readonly nint[] addresses;
    private readonly Kernel<ConcatKernels.CopyArgs> copy;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="batch">Clips B.</param>
    /// <param name="widths">Floats of a clip in each input.</param>
    /// <exception cref="ArgumentException">
    /// There is no input, a number is below 1, or there are more elements than a tensor has.
    /// </exception>
    public Concat(ComputeDevice device, int batch, params IReadOnlyList<int> widths)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(widths);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        if (widths.Count == 0)
        {
            throw new ArgumentException("a concatenation of no inputs was planned: name one width or more");
        }

        long sum = 0;
        foreach (int one in widths)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(one, nameof(widths));
            sum += one;
        }

        if (sum * batch > int.MaxValue)
        {
            throw new ArgumentException(
                $"{batch} clips of {sum} floats are more than the {int.MaxValue} elements of a tensor: " +
                "concatenate less");
        }

        this.device = device;
        this.batch = batch;
        this.widths = [.. widths];
        width = (int)sum;
        addresses = new nint[widths.Count];
        copy = device.Load<ConcatKernels.CopyArgs>(ConcatKernels.Copy);
    }

    /// <summary>y: [B, the sum of the widths].</summary>
    public Shape Output => new(batch, width);

    /// <summary>y from all inputs.</summary>
    /// <param name="inputs">[B, width] each, in the order of the widths.</param>
    /// <param name="y">[B, the sum of the widths].</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned, or one is missing.</exception>
    public unsafe void Forward(IReadOnlyList<Tensor<float>> inputs, Tensor<float> y)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ExpectCount(inputs.Count);
        y.ExpectLength(batch * width);
        int offset = 0;
        for (int i = 0; i < widths.Length; i++)
        {
            inputs[i].ExpectLength(batch * widths[i]);
            if (device.IsHost)
            {
                addresses[i] = (nint)inputs[i].Address;
            }
            else
            {
                copy.LaunchOver(inputs[i].Length, new ConcatKernels.CopyArgs(
                    inputs[i].View, y.View, inputs[i].Length, widths[i], widths[i], 0, width, offset));
            }

            offset += widths[i];
        }

        if (device.IsHost)
        {
            var parts = new HostRowParts(batch, width);
            device.Workers.Run(parts.Count, new HostBody(addresses, widths, y.Address, width, parts, join: true));
        }
    }

    /// <summary>Every input's gradient from dY.</summary>
    /// <param name="dY">[B, the sum of the widths].</param>
    /// <param name="dInputs">[B, width] each, in the order of the widths; null where nobody needs one.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned, or one is missing.</exception>
    public unsafe void Backward(Tensor<float> dY, IReadOnlyList<Tensor<float>?> dInputs)
    {
        ArgumentNullException.ThrowIfNull(dInputs);
        ExpectCount(dInputs.Count);
        dY.ExpectLength(batch * width);
        int offset = 0;
        for (int i = 0; i < widths.Length; i++)
        {
            Tensor<float>? dInput = dInputs[i];
            dInput.ExpectLengthIfGiven(batch * widths[i]);
            if (device.IsHost)
            {
                addresses[i] = dInput is null ? 0 : (nint)dInput.Address;
            }
            else if (dInput is not null)
            {
                copy.LaunchOver(dInput.Length, new ConcatKernels.CopyArgs(
                    dY.View, dInput.View, dInput.Length, widths[i], width, offset, widths[i], 0));
            }

            offset += widths[i];
        }

        if (device.IsHost)
        {
            var parts = new HostRowParts(batch, width);
            device.Workers.Run(parts.Count, new HostBody(addresses, widths, dY.Address, width, parts, join: false));
        }
    }

    private void ExpectCount(int came)
    {
        if (came != widths.Length)
        {
            throw new ArgumentException(
                $"a concatenation of {widths.Length} tensors was planned, {came} came: give one for each width");
        }
    }

    /// <summary>Copies the pieces of some clips into the joined tensor, or out of it.</summary>
    private readonly unsafe struct HostBody(
        nint[] pieces, int[] widths, float* joined, int width, HostRowParts parts, bool join) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int first, int end) = parts.Range(part);
            for (int clip = first; clip < end; clip++)
            {
                float* at = joined + ((long)clip * width);
                for (int i = 0; i < widths.Length; i++)
                {
                    if (pieces[i] != 0)
                    {
                        var inner = new Span<float>((float*)pieces[i] + ((long)clip * widths[i]), widths[i]);
                        var outer = new Span<float>(at, widths[i]);
                        (join ? inner : outer).CopyTo(join ? outer : inner);
                    }

                    at += widths[i];
                }
            }
        }
    }
}
