// Reductions of the middle dimension: x [Outer, Length, Inner] -> y [Outer, Inner].
//   Sum   y = sum over l of x[o, l, i]            dX[o, l, i] = dY[o, i]
//   Mean  y = the sum / Length                    dX[o, l, i] = dY[o, i] / Length
//   Max   y = the largest x[o, l, i]; a NaN among them is the answer
// y is assigned, or added to by Sum on request; dX is assigned. Sums go block by block and blocks pairwise, so that the
// error of a long float32 sum grows with the logarithm of its length; in an order that the shape alone decides.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Sum, mean and maximum over one dimension.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Reduction
{
    private readonly ComputeDevice device;
    private readonly ReductionShape shape;
    private readonly ReductionHost? host;
    private readonly ReductionKernels.Plan[] launches = [];
    private readonly int scratchLength;
    private readonly Kernel<ReductionKernels.ReduceArgs>? reduce;
    private readonly Kernel<ReductionKernels.BroadcastArgs>? broadcast;

    /// <summary>Plans the reduction.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">The extents.</param>
    /// <exception cref="ArgumentOutOfRangeException">An extent is below 1.</exception>
    public Reduction(ComputeDevice device, ReductionShape shape)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.Outer, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.Length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.Inner, 1);
        this.device = device;
        this.shape = shape;
        if (device.IsHost)
        {
            host = new ReductionHost(device, shape);
            return;
        }

        // The highest; but a row on an OpenCL device that is a processor is one thread's, for barriers cost it more.
        int highest = ReductionKernels.Plan.Highest(shape);
        bool isProcessor = device.Info is { Kind: DeviceKind.OpenCl, IsGpu: false };
        int rung = device.Rungs.Choose(
            ReductionKernels.Ladder, $"{shape.Outer} x {shape.Length} x {shape.Inner}",
            isProcessor && shape.Inner == 1 ? 1 : highest, highest);
        launches = [.. PlanLaunches(rung, shape, device.GroupSize)];
        scratchLength = launches.SkipLast(1).Sum(launch => launch.Result.Input.Length);
        device.Scratch.Reserve(scratchLength);
        reduce = (rung, shape.Inner) switch
        {
            (1, _) => device.Load<ReductionKernels.ReduceArgs>(ReductionKernels.ReduceNaive),
            (2, _) => device.Load<ReductionKernels.ReduceArgs>(ReductionKernels.Reduce),
            (_, 1) => device.Load<ReductionKernels.ReduceArgs>(ReductionKernels.ReduceRows),
            _ => device.Load<ReductionKernels.ReduceArgs>(ReductionKernels.ReduceColumns),
        };
        broadcast = device.Load<ReductionKernels.BroadcastArgs>(ReductionKernels.Broadcast);
    }

    /// <summary>y = the sums, or y += the sums.</summary>
    /// <param name="x">[Outer, Length, Inner].</param>
    /// <param name="y">[Outer, Inner].</param>
    /// <param name="accumulate">Add to what y holds instead of assigning.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Sum(Tensor<float> x, Tensor<float> y, bool accumulate = false) =>
        Run(ReductionKind.Sum, x, y, scale: 1f, accumulate);

    /// <summary>y = the means.</summary>
    /// <inheritdoc cref="Sum"/>
    public void Mean(Tensor<float> x, Tensor<float> y) =>
        Run(ReductionKind.Sum, x, y, scale: 1f / shape.Length, accumulate: false);

    /// <summary>y = the largest values.</summary>
    /// <inheritdoc cref="Sum"/>
    public void Max(Tensor<float> x, Tensor<float> y) => Run(ReductionKind.Max, x, y, scale: 1f, accumulate: false);

    /// <summary>dX[o, l, i] = dY[o, i].</summary>
    /// <param name="dY">[Outer, Inner].</param>
    /// <param name="dX">[Outer, Length, Inner].</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void SumBackward(Tensor<float> dY, Tensor<float> dX) => Spread(dY, dX, scale: 1f);

    /// <summary>dX[o, l, i] = dY[o, i] / Length.</summary>
    /// <inheritdoc cref="SumBackward"/>
    public void MeanBackward(Tensor<float> dY, Tensor<float> dX) => Spread(dY, dX, scale: 1f / shape.Length);

    private void Run(ReductionKind kind, Tensor<float> x, Tensor<float> y, float scale, bool accumulate)
    {
        x.ExpectLength(shape.Input.Length);
        y.ExpectLength(shape.Output.Length);
        if (host is not null)
        {
            host.Reduce(kind, x, y, scale, accumulate);
        }
        else
        {
            ILGPU.ArrayView<float> from = x.View;
            ILGPU.ArrayView<float> scratch = device.Scratch.Take(scratchLength);
            int start = 0;
            foreach (ref readonly ReductionKernels.Plan launch in launches.AsSpan(0, launches.Length - 1))
            {
                ILGPU.ArrayView<float> chunks = scratch.SubView(start, launch.Result.Input.Length);
                start += launch.Result.Input.Length;
                Launch(launch, new(launch, kind, from, chunks, 1f, accumulate: false));
                from = chunks;
            }

            ref readonly ReductionKernels.Plan last = ref launches[^1];
            Launch(last, new(last, kind, from, y.View, scale, accumulate));
        }
    }

    private void Launch(in ReductionKernels.Plan plan, in ReductionKernels.ReduceArgs args)
    {
        if (plan.Rung == 1)
        {
            reduce!.LaunchOver(plan.Result.Input.Length, args);
        }
        else
        {
            reduce!.Launch(plan.Groups, plan.GroupSize, args);
        }
    }

    private static IEnumerable<ReductionKernels.Plan> PlanLaunches(int rung, ReductionShape shape, int groupSize)
    {
        ReductionKernels.Plan launch = new(rung, shape, groupSize);
        yield return launch;
        while (launch.Chunks > 1)
        {
            launch = new(rung, launch.Result, groupSize);
            yield return launch;
        }
    }

    private void Spread(Tensor<float> dY, Tensor<float> dX, float scale)
    {
        dY.ExpectLength(shape.Output.Length);
        dX.ExpectLength(shape.Input.Length);
        if (host is not null)
        {
            host.Broadcast(dY, dX, scale);
        }
        else
        {
            broadcast!.LaunchOver(dX.Length, new(shape, dY.View, dX.View, scale));
        }
    }
}
