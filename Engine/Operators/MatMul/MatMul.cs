// Matrix product, row-major.
//   C[m, n] (+)= sum over k of op(A)[m, k] op(B)[k, n]        op(X) = X or X transposed
// C is assigned, or added to on request. The backward pass is two more products, each a MatMul of its own:
//   dA = dC B^T    from  dA[m, k] = sum over n of dC[m, n] B[k, n]
//   dB = A^T dC    from  dB[k, n] = sum over m of A[m, k] dC[m, n]
// Every element is summed in an order that the shape alone decides, so all worker counts give the same bits.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>C = op(A) op(B), or C += op(A) op(B), for one shape.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class MatMul
{
    private readonly ComputeDevice device;
    private readonly MatMulShape shape;
    private readonly MatMulHost? host;
    private readonly MatMulPlan plan;
    private readonly Kernel<MatMulKernels.Args>? kernel;
    private readonly Kernel<MatMulKernels.CombineArgs>? combine;

    /// <summary>Plans the product.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">The extents.</param>
    /// <param name="rung">The portable kernel to run; none for the device's choice for the shape.</param>
    /// <exception cref="ArgumentOutOfRangeException">An extent is below 1, or there is no such rung.</exception>
    /// <exception cref="ArgumentException">The device has no tensor cores and cannot emulate them.</exception>
    public MatMul(ComputeDevice device, MatMulShape shape, MatMulRung? rung = null)
        : this(device, shape, PlanOf(device, shape, rung))
    {
    }

    /// <summary>Plans the product; on the host its workers may have left the rows of A that are theirs.</summary>
    internal MatMul(ComputeDevice device, MatMulShape shape, bool aIsLocal)
        : this(device, shape, PlanOf(device, shape, rung: null), aIsLocal)
    {
    }

    /// <summary>Plans the product with a plan of the caller's, for tests and benchmarks.</summary>
    internal MatMul(ComputeDevice device, MatMulShape shape, MatMulPlan plan, bool aIsLocal = false)
    {
        ArgumentNullException.ThrowIfNull(device);
        this.device = device;
        this.shape = shape;
        this.plan = plan;
        if (device.IsHost)
        {
            host = new MatMulHost(device, shape, aIsLocal);
            return;
        }

        if (plan.Rung == MatMulRung.TensorCores && !TensorCore.IsSupportedBy(device))
        {
            throw new ArgumentException(
                $"'{device.Info.Selector}' has no tensor cores for tf32 and does not emulate them: take another rung",
                nameof(plan));
        }

        kernel = plan.Rung switch
        {
            MatMulRung.Naive => device.Load<MatMulKernels.Args>(MatMulKernels.Naive),
            MatMulRung.Tiled => device.Load<MatMulKernels.Args>(MatMulKernels.Tiled),
            MatMulRung.Registers4x4 => device.Load<MatMulKernels.Args>(MatMulRegisterKernels.Registers4x4),
            MatMulRung.Registers8x8 => device.Load<MatMulKernels.Args>(MatMulRegisterKernels.Registers8x8),
            MatMulRung.Copied8x8 => device.Load<MatMulKernels.Args>(MatMulCopiedKernels.Copied8x8),
            _ => device.Load<MatMulKernels.Args>(MatMulTensorKernels.TensorCores),
        };
        if (plan.Parts > 1)
        {
            combine = device.Load<MatMulKernels.CombineArgs>(MatMulKernels.Combine);
            device.Scratch.Reserve(LengthOfParts);
        }
    }

    /// <summary>The portable kernel that computes the product, or none where the host body does.</summary>
    public MatMulRung? Rung => host is null ? plan.Rung : null;

    private long LengthOfParts => (long)plan.Parts * shape.C.Length;

    /// <summary>C = op(A) op(B), or C += op(A) op(B).</summary>
    /// <param name="a">A as <see cref="MatMulShape.A"/> stores it.</param>
    /// <param name="b">B as <see cref="MatMulShape.B"/> stores it.</param>
    /// <param name="c">C, [M, N]; it may not overlap A or B.</param>
    /// <param name="accumulate">Add to what C holds instead of assigning.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Multiply(Tensor<float> a, Tensor<float> b, Tensor<float> c, bool accumulate = false) =>
        Multiply(a, b, c, accumulate, bias: null, relu: false);

    /// <summary>The product with what a dense layer does to a tile while it is at hand: + bias[n], max(., 0).</summary>
    internal void Multiply(
        Tensor<float> a, Tensor<float> b, Tensor<float> c, bool accumulate, Tensor<float>? bias, bool relu)
    {
        a.ExpectLength(shape.A.Length);
        b.ExpectLength(shape.B.Length);
        c.ExpectLength(shape.C.Length);
        bias.ExpectLengthIfGiven(shape.N);
        if (host is not null)
        {
            host.Multiply(a, b, c, accumulate, bias, relu);
            return;
        }

        var args = new MatMulKernels.Args(shape, plan.PartK, a.View, b.View, c.View, accumulate, bias?.View, relu);
        if (plan.Rung == MatMulRung.Naive)
        {
            kernel!.LaunchOver(shape.C.Length, args);
        }
        else if (plan.Parts == 1)
        {
            kernel!.Launch(plan.Grid(shape), args);
        }
        else
        {
            combine!.LaunchOver(shape.C.Length, MultiplyParts(a, b, args));
        }
    }

    /// <summary>True where K is split into parts, which another launch adds (portable).</summary>
    internal bool HasParts => host is null && plan.Parts > 1;

    /// <summary>
    /// The parts of the product, for a caller that adds them itself: what it does to the sums is in the arguments.
    /// </summary>
    internal MatMulKernels.CombineArgs MultiplyParts(
        Tensor<float> a, Tensor<float> b, Tensor<float> c, Tensor<float>? bias, bool relu)
    {
        a.ExpectLength(shape.A.Length);
        b.ExpectLength(shape.B.Length);
        c.ExpectLength(shape.C.Length);
        bias.ExpectLengthIfGiven(shape.N);
        return MultiplyParts(a, b, new MatMulKernels.Args(
            shape, plan.PartK, a.View, b.View, c.View, accumulate: false, bias?.View, relu));
    }

    private MatMulKernels.CombineArgs MultiplyParts(Tensor<float> a, Tensor<float> b, in MatMulKernels.Args args)
    {
        ArrayView<float> parts = device.Scratch.Take(LengthOfParts);
        kernel!.Launch(plan.Grid(shape), new MatMulKernels.Args(
            shape, plan.PartK, a.View, b.View, parts, accumulate: false, bias: null, relu: false));
        return new MatMulKernels.CombineArgs(args, parts, plan.Parts);
    }

    /// <summary>True where rung 3 computes the product in one part: what <see cref="TilesOf"/> is for.</summary>
    internal bool IsWhole4x4 => host is null && plan is { Rung: MatMulRung.Registers4x4, Parts: 1 };

    /// <summary>The arguments of rung 3, and its tiles, for a kernel that computes more than this product.</summary>
    internal (MatMulKernels.Args Args, int Tiles) TilesOf(
        Tensor<float> a, Tensor<float> b, Tensor<float> c, bool accumulate)
    {
        a.ExpectLength(shape.A.Length);
        b.ExpectLength(shape.B.Length);
        c.ExpectLength(shape.C.Length);
        Index3D grid = plan.Grid(shape).GridDim;
        return (
            new MatMulKernels.Args(shape, plan.PartK, a.View, b.View, c.View, accumulate, bias: null, relu: false),
            grid.X * grid.Y);
    }

    private static MatMulPlan PlanOf(ComputeDevice device, MatMulShape shape, MatMulRung? rung)
    {
        ArgumentNullException.ThrowIfNull(device);
        shape.Check();
        if (rung is { } wanted)
        {
            return MatMulPlan.Of(shape, wanted);
        }

        bool tensorCores = device.Precision == FloatPrecision.Tf32;
        MatMulPlan plan = MatMulPlan.Of(shape, tensorCores, device.Thresholds, device.CopiesAsynchronously);
        // Rung 5 is not for float32, and rung 6 is no slower way to its bits.
        bool wantsTensorCores = device.Rungs.OverrideOf(MatMulKernels.Ladder) == (int)MatMulRung.TensorCores;
        MatMulRung highest = !wantsTensorCores ? MatMulRung.Copied8x8
            : tensorCores ? MatMulRung.TensorCores
            : MatMulRung.Registers8x8;
        var chosen = device.IsHost
            ? plan.Rung
            : (MatMulRung)device.Rungs.Choose(
                MatMulKernels.Ladder, shape.ToString(), (int)plan.Rung, (int)highest);
        return chosen == plan.Rung ? plan : MatMulPlan.Of(shape, chosen);
    }
}
