using System.Globalization;
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Operators;

/// <summary>Which rung computes one of the three products of a convolution. The shape alone decides.</summary>
/// <param name="Rung">The kernel.</param>
/// <param name="Rows">Rows of the product: filters, or channels for the gradient of the input; of all groups.</param>
/// <param name="Columns">Columns of the product: (b, p), or (c, r) for the gradient of the weights.</param>
/// <param name="Groups">Groups of channels.</param>
/// <param name="Parts">Parts that the terms are split into, for the gradient of the weights.</param>
/// <param name="PartTerms">Terms of a part; the last may have fewer.</param>
internal readonly record struct ConvolutionPlan(
    ConvolutionRung Rung, int Rows, int Columns, int Groups, int Parts, int PartTerms)
{
    // Of an H200; fixed, so that a convolution has the same bits on every GPU of one kind.
    private const int Multiprocessors = 132;

    /// <summary>Forward. Of each group of channels, at least (the defaults of <see cref="PlanThresholds"/>)
    /// <code>
    /// rows  terms  and                                       rung
    ///   32      8  2 groups of threads a multiprocessor      Registers8x8
    ///    8      8                                            Registers
    ///    4      8                                            Tiled
    ///    1      1                                            Naive
    /// </code>
    /// The article's 64 x (64 x 97) outputs come to 130 groups of threads on rung 3, one for each multiprocessor; rung
    /// 4 would make 49. On a device of <see cref="FloatPrecision.Tf32"/> TensorCores is in the place of both.
    /// </summary>
    public static ConvolutionPlan Forward(ComputeDevice device, Conv1dShape shape, ConvolutionRung? rung) => Of(
        device, shape, shape.GroupFilters, shape.Batch * shape.OutputLength, shape.GroupChannels * shape.Taps,
        "forward", rung, Highest(device, shape, shape.GroupFilters));

    /// <summary>
    /// Forward with ReLU, and max-pooling where there is one. Tiles pool two neighbours into one, and not what is
    /// summed in several blocks; for other windows there is <see cref="ConvReluPoolKernels"/>. The article's
    /// 64 x (64 x 96) outputs that are pooled make 128 groups of threads.
    /// </summary>
    public static ConvolutionPlan Fused(
        ComputeDevice device, Conv1dShape shape, Pool1dShape? pool, ConvolutionRung? rung)
    {
        int rows = shape.GroupFilters;
        int terms = shape.GroupChannels * shape.Taps;
        ConvolutionRung highest = Highest(device, shape, rows);
        int positions = shape.OutputLength;
        string what = "forward with ReLU";
        if (pool is { } windows)
        {
            what += " and pooling";
            positions = 2 * windows.OutputLength;
            highest = !windows.IsPairs ? ConvolutionRung.Naive
                : terms > ConvolutionArgs.BlockTerms && highest > ConvolutionRung.Tiled ? ConvolutionRung.Tiled
                : highest;
        }

        return Of(device, shape, rows, shape.Batch * positions, terms, what, rung, highest);
    }

    /// <summary>Gradient of the input, likewise; not above Tiled where the stride is not 1.</summary>
    public static ConvolutionPlan GradientOfInput(ComputeDevice device, Conv1dShape shape, ConvolutionRung? rung)
    {
        int rows = shape.GroupChannels;
        ConvolutionRung highest = Highest(device, shape, rows);
        if (shape.Stride != 1 && highest > ConvolutionRung.Tiled)
        {
            highest = ConvolutionRung.Tiled;
        }

        return Of(
            device, shape, rows, shape.Batch * shape.Length, shape.GroupFilters * shape.Taps, "gradient of x", rung,
            highest);
    }

    /// <summary>
    /// Gradient of the weights: Registers for 8 filters, 8 weights and 64 terms or more, Tiled for 4 of each, else
    /// Naive. The terms are split into parts of 64 or more, and of at most 1,024, until there is a group of threads for
    /// each multiprocessor: 5 tiles in 26 parts for the article's 64 filters of 40 x 4 taps.
    /// </summary>
    public static ConvolutionPlan GradientOfWeight(
        ComputeDevice device, Conv1dShape shape, ConvolutionRung? rung, int? wantedParts = null)
    {
        int rows = shape.GroupFilters;
        int columns = shape.GroupChannels * shape.Taps;
        int terms = shape.Batch * shape.OutputLength;
        int extent = Math.Min(rows, columns);
        ConvolutionRung highest = Highest(device, shape, rows);
        ConvolutionRung fastest = highest == ConvolutionRung.TensorCores ? highest : ConvolutionRung.Registers;
        ConvolutionRung best = terms >= 64 && extent >= device.Thresholds.WeightRegisters ? fastest
            : terms >= 64 && extent >= device.Thresholds.WeightTiled ? ConvolutionRung.Tiled
            : ConvolutionRung.Naive;
        var plan = new ConvolutionPlan(
            Choose(device, Conv1dKernels.WeightLadder, Describe(shape, "gradient of w"), best,
                highest < fastest ? highest : fastest, rung),
            rows, columns, shape.Groups, 1, terms);
        if (plan.Rung == ConvolutionRung.Naive)
        {
            return plan;
        }

        (int height, int width) = plan.WeightTile;
        long tiles = (long)shape.Groups * Fit(rows, height) * Fit(columns, width);
        int parts = wantedParts ?? Math.Max(
            (int)Math.Clamp(Multiprocessors / tiles, 1, Math.Max(1, terms / 64)),
            Fit(terms, ConvolutionArgs.BlockTerms));
        const int Step = 16; // What both rungs' steps along the terms divide.
        int partTerms = Fit(terms, parts * Step) * Step;
        return plan with { Parts = Fit(terms, partTerms), PartTerms = partTerms };
    }

    /// <summary>The kernel of forward or of the gradient of the input; none on the lowest rung.</summary>
    public Kernel<ConvolutionArgs>? Load(ComputeDevice device) => Rung switch
    {
        ConvolutionRung.Naive => null,
        ConvolutionRung.Tiled => device.Load<ConvolutionArgs>(Conv1dTiledKernels.Convolve),
        ConvolutionRung.Registers => device.Load<ConvolutionArgs>(Conv1dRegisterKernels.Convolve4x6),
        ConvolutionRung.Registers8x8 => device.Load<ConvolutionArgs>(Conv1dRegisterKernels.Convolve8x8),
        _ => device.Load<ConvolutionArgs>(Conv1dTensorKernels.Convolve),
    };

    /// <summary>The kernel of the gradient of the weights; none on the lowest rung.</summary>
    public Kernel<WeightGradientArgs>? LoadWeight(ComputeDevice device) => Rung switch
    {
        ConvolutionRung.Naive => null,
        ConvolutionRung.Tiled => device.Load<WeightGradientArgs>(Conv1dTiledKernels.BackwardWeight),
        ConvolutionRung.TensorCores => device.Load<WeightGradientArgs>(Conv1dTensorKernels.BackwardWeight),
        _ => device.Load<WeightGradientArgs>(Conv1dRegisterKernels.BackwardWeight4x4),
    };

    /// <summary>Groups of threads for forward and the gradient of the input, rung 2 and up.</summary>
    public KernelConfig Grid
    {
        get
        {
            (int height, int width, Index3D threads) = Rung switch
            {
                ConvolutionRung.Tiled => (16, 16, new Index3D(16, 16, 1)),
                ConvolutionRung.Registers => (64, 48, new Index3D(Conv1dRegisterKernels.Threads, 1, 1)),
                ConvolutionRung.TensorCores => (64, 64, new Index3D(Conv1dTensorKernels.Threads, 1, 1)),
                _ => (64, 128, new Index3D(Conv1dRegisterKernels.Threads, 1, 1)),
            };
            return new KernelConfig(new Index3D(Fit(Columns, width), Groups * Fit(Rows, height), 1), threads);
        }
    }

    /// <summary>Groups of threads for the gradient of the weights, rung 2 and up.</summary>
    /// <param name="hasBias">A bias learns too: one more column.</param>
    public KernelConfig WeightGrid(bool hasBias)
    {
        (int height, int width) = WeightTile;
        Index3D threads = Rung == ConvolutionRung.Tiled
            ? new Index3D(16, 16, 1)
            : new Index3D(Conv1dRegisterKernels.Threads, 1, 1);
        int columns = hasBias ? Columns + 1 : Columns;
        return new KernelConfig(new Index3D(Groups * Fit(Rows, height), Fit(columns, width), Parts), threads);
    }

    /// <summary>Counters of <see cref="LastGroup"/> for the gradient of the weights, with a bias or without.</summary>
    public int Arrivals => WeightGradientArgs.ArrivalsOf(
        Groups * Fit(Rows, WeightTile.Height) * Fit(Columns + 1, WeightTile.Width), Parts);

    private (int Height, int Width) WeightTile => Rung == ConvolutionRung.Tiled ? (16, 16) : (64, 32);

    private static ConvolutionPlan Of(
        ComputeDevice device, Conv1dShape shape, int rows, int columns, int terms, string what, ConvolutionRung? rung,
        ConvolutionRung highest)
    {
        ConvolutionRung best = ConvolutionRung.Naive;
        PlanThresholds least = device.Thresholds;
        if (terms >= least.ConvTerms && rows >= least.ConvTiled)
        {
            long big = (long)shape.Groups * Fit(rows, 64) * Fit(columns, 128);
            best = rows >= least.Conv8x8 && big >= least.Conv8x8Groups ? ConvolutionRung.Registers8x8
                : rows >= least.ConvRegisters ? ConvolutionRung.Registers
                : ConvolutionRung.Tiled;
            if (best >= ConvolutionRung.Registers && device.Precision == FloatPrecision.Tf32)
            {
                best = ConvolutionRung.TensorCores;
            }
        }

        return new ConvolutionPlan(
            Choose(device, Conv1dKernels.Ladder, Describe(shape, what), best, highest, rung), rows, columns,
            shape.Groups, 1, terms);
    }

    private static ConvolutionRung Choose(
        ComputeDevice device, string ladder, string shape, ConvolutionRung best, ConvolutionRung highest,
        ConvolutionRung? wanted)
    {
        if (wanted is { } rung)
        {
            return rung < highest ? rung : highest;
        }

        return (ConvolutionRung)device.Rungs.Choose(ladder, shape, (int)best, (int)highest);
    }

    // A grid has at most 65,535 groups along its second dimension; the smallest tile has 16 rows.
    private static ConvolutionRung Highest(ComputeDevice device, Conv1dShape shape, int rows) =>
        (long)shape.Groups * Fit(rows, 16) > 65_535 ? ConvolutionRung.Naive
        : device.Precision == FloatPrecision.Tf32 ? ConvolutionRung.TensorCores
        : ConvolutionRung.Registers8x8;

    private static string Describe(Conv1dShape s, string what)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{what}, {s.Batch} x {s.Channels} x {s.Length}, {s.Filters} x {s.Taps} taps");
        (string Name, int Value, int Usual)[] settings =
        [
            ("stride", s.Stride, 1), ("padding", s.Padding, 0), ("padding after", s.After, s.Padding),
            ("dilation", s.Dilation, 1),
            ("groups", s.Groups, 1),
        ];
        return text + string.Concat(settings.Where(one => one.Value != one.Usual).Select(one =>
            string.Create(CultureInfo.InvariantCulture, $", {one.Name} {one.Value}")));
    }

    private static int Fit(int whole, int part) => (whole + part - 1) / part;
}
