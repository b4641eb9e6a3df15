using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class ConvReluPoolTests
{
    /// <summary>Convolutions, and of the pooling window, stride, padding and ceil mode; window 0 for none.</summary>
    private static readonly (Conv1dShape Conv, int Window, int Stride, int Padding, bool Ceil)[] Cases =
    [
        (new(2, 3, 13, 5, 4), 2, 2, 0, false),
        (new(2, 3, 13, 5, 4), 0, 0, 0, false),
        (new(3, 4, 40, 9, 3, Padding: 1), 2, 2, 0, false),
        (new(2, 2, 38, 7, 4), 2, 2, 0, false),
        (new(1, 2, 26, 7, 4, Padding: 2), 3, 2, 1, false),
        (new(2, 2, 20, 3, 3), 4, 1, 0, false),
        (new(1, 2, 31, 6, 5, Stride: 2, Padding: 2), 4, 4, 0, false),
        (new(1, 4, 24, 6, 3, Dilation: 2, Groups: 2), 2, 2, 0, false),
        (new(1, 4, 19, 6, 2, Stride: 3, Padding: 1), 0, 0, 0, false),
        (new(2, 1, 5, 1, 5), 1, 2, 0, false),
        (new(2, 3, 20, 5, 4, Padding: 3, PaddingAfter: 0), 2, 2, 0, false),
        (new(2, 3, 21, 5, 4, Padding: 1, PaddingAfter: 2), 3, 2, 1, false),
        (new(1, 4, 24, 6, 4, Padding: 3, Dilation: 2, Groups: 2, PaddingAfter: 9), 2, 2, 0, false),
        (new(1, 2, 25, 6, 5, Stride: 3, Padding: 0, PaddingAfter: 12), 2, 2, 0, false),
        (new(1, 2, 2, 6, 5, Padding: 4, PaddingAfter: 0), 2, 2, 0, false),
        (new(1, 2, 18, 6, 4, Padding: 0, PaddingAfter: 3), 0, 0, 0, false),
        (new(2, 3, 14, 5, 4), 2, 2, 0, true),
        (new(3, 4, 41, 9, 3, Padding: 1), 2, 2, 0, true),
        (new(2, 2, 41, 7, 4, Padding: 3, PaddingAfter: 0), 2, 2, 0, true),
        (new(2, 2, 22, 3, 3), 3, 2, 1, true),
        (new(1, 2, 26, 6, 5, Stride: 2, Padding: 2), 4, 4, 0, true),
        (new(1, 2, 22, 4, 3), 5, 3, 2, true),
        (new(1, 2, 4, 4, 4), 2, 2, 0, true),
    ];

    public static TheoryData<string, int> Small => TestDevices.Times(Enumerable.Range(0, Cases.Length));

    /// <summary>Several chunks of time, tiles of patches and blocks of clips: on the host only.</summary>
    public static TheoryData<Conv1dShape, int, int, int, bool> Big => new()
    {
        { new Conv1dShape(20, 40, 100, 64, 4), 2, 2, 0, false },
        { new Conv1dShape(2, 3, 1500, 10, 5, Padding: 2), 2, 2, 0, false },
        { new Conv1dShape(3, 130, 33, 20, 3, Padding: 1), 2, 2, 0, false },
        { new Conv1dShape(2, 1, 4000, 12, 80, Stride: 4, Padding: 38), 4, 4, 0, false },
        { new Conv1dShape(3, 130, 33, 20, 4, Padding: 3, PaddingAfter: 0), 2, 2, 0, false },
        { new Conv1dShape(2, 17, 900, 9, 4, Padding: 0, PaddingAfter: 30), 3, 2, 1, false },
        { new Conv1dShape(2, 17, 900, 9, 3), 3, 2, 1, false },
        { new Conv1dShape(2, 17, 900, 9, 3), 5, 1, 2, false },
        { new Conv1dShape(2, 17, 900, 9, 3), 0, 0, 0, false },
        { new Conv1dShape(20, 40, 100, 64, 4), 2, 2, 0, true },

        // Clips side by side whose last step no window reads.
        { new Conv1dShape(6, 17, 31, 20, 3, Padding: 1), 2, 2, 0, false },
        { new Conv1dShape(6, 17, 28, 20, 4, Padding: 3, PaddingAfter: 0), 5, 2, 0, false },
        { new Conv1dShape(6, 5, 40, 9, 5, Padding: 2), 3, 3, 0, false },
        { new Conv1dShape(2, 3, 1501, 10, 5, Padding: 2), 2, 2, 0, true },
        { new Conv1dShape(2, 17, 900, 9, 3), 5, 3, 2, true },
        { new Conv1dShape(20, 12, 50, 12, 13, Padding: 6, Groups: 12), 2, 2, 0, false },
        { new Conv1dShape(20, 12, 50, 12, 13, Padding: 6, Groups: 12), 0, 0, 0, false },
        { new Conv1dShape(2, 3, 5000, 6, 9, Padding: 8, Groups: 3, PaddingAfter: 0), 3, 2, 1, false },
        { new Conv1dShape(2, 3, 901, 3, 7, Stride: 2, Padding: 3, Groups: 3), 2, 2, 0, true },
    };

    [Theory]
    [MemberData(nameof(Small))]
    public void ConvReluPool_EqualsTheUnfusedOperators(string selector, int index)
    {
        (Conv1dShape conv, int window, int stride, int padding, bool ceil) = Cases[index];

        AssertFusedEqualsUnfused(TestDevices.Get(selector), conv, Pool(conv, window, stride, padding, ceil));
    }

    /// <summary>Every rung of the portable kernels over what they take: pairs that are pooled, or nothing.</summary>
    public static TheoryData<string, ConvolutionRung, Conv1dShape, bool> Rungs
    {
        get
        {
            TheoryData<string, ConvolutionRung, Conv1dShape, bool> rows = [];
            foreach (string selector in TestDevices.Portable())
            {
                foreach (ConvolutionRung rung in
                    Enum.GetValues<ConvolutionRung>().Except([ConvolutionRung.TensorCores]))
                {
                    // Past the first tile of rows and of columns: 16 x 16, 64 x 48, 64 x 128.
                    (int filters, int length, int longer) = rung switch
                    {
                        ConvolutionRung.Registers => (66, 20, 30),
                        ConvolutionRung.Registers8x8 => (66, 48, 70),
                        _ => (18, 10, 18),
                    };
                    foreach (bool pools in new[] { true, false })
                    {
                        rows.Add(selector, rung, new Conv1dShape(3, 5, length, filters, 4), pools);
                        rows.Add(selector, rung, new Conv1dShape(2, 4, longer, 6, 3, Padding: 1, Groups: 2), pools);
                        rows.Add(selector, rung, new Conv1dShape(2, 2, 40, 9, 5, Stride: 2, Dilation: 2), pools);
                        rows.Add(
                            selector, rung, new Conv1dShape(2, 3, 26, 9, 4, Padding: 3, PaddingAfter: 0), pools);
                    }

                    rows.Add(selector, rung, new Conv1dShape(1, 350, 6, 3, 3), false);
                    rows.Add(selector, rung, new Conv1dShape(1, 350, 6, 3, 3), true);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rungs))]
    public void ConvReluPool_EveryRungOfThePortableKernels_IsTheFormula(
        string selector, ConvolutionRung rung, Conv1dShape conv, bool pools)
    {
        // Of an odd length the last step is left over, or in ceil mode a pair of its own.
        AssertIsTheFormula(TestDevices.Get(selector, rung), conv, Pool(conv, pools ? 2 : 0, 2, 0), rung);
        if (pools && conv.OutputLength % 2 == 1)
        {
            AssertIsTheFormula(TestDevices.Get(selector, rung), conv, Pool(conv, 2, 2, 0, ceil: true), rung);
        }
    }

    /// <summary>A sum that is no number passes through ReLU and wins its window, as in the unfused operators.</summary>
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void ConvReluPool_OfNaN_IsNaN(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var conv = new Conv1dShape(1, 1, 6, 1, 1);
        Tensor<float> x = device.Upload<float>(conv.Input, [1, float.NaN, float.NaN, 2, -1, -2]);
        Tensor<float> one = device.Upload<float>(conv.Weight, [1]);
        Tensor<float> y = device.Allocate<float>(new Shape(1, 1, 3));
        Tensor<int> argMax = device.Allocate<int>(new Shape(1, 1, 3));
        foreach (ConvolutionRung rung in Enum.GetValues<ConvolutionRung>().Except([ConvolutionRung.TensorCores]))
        {
            new ConvReluPool(device, conv, Pool(conv, 2, 2, 0), rung).Forward(x, one, null, y, argMax);

            Assert.Equal([float.NaN, float.NaN, 0], y.ToArray());
            Assert.Equal([1, 2, 4], argMax.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Big))]
    public void ConvReluPool_BigShapesOnTheHost_EqualTheUnfusedOperators(
        Conv1dShape conv, int window, int stride, int padding, bool ceil) =>
        AssertFusedEqualsUnfused(TestDevices.Get("cpu"), conv, Pool(conv, window, stride, padding, ceil));

    [Theory]
    [MemberData(nameof(Small))]
    public void ConvReluPool_Gradients_MatchFiniteDifferences(string selector, int index)
    {
        (Conv1dShape conv, int window, int stride, int padding, bool ceil) = Cases[index];
        Pool1dShape? pool = Pool(conv, window, stride, padding, ceil);
        var run = new Run(TestDevices.Get(selector), conv, pool);
        run.Fused();
        double[][] inputs = [run.X.ToDouble(), run.Weight.ToDouble(), run.Bias.ToDouble()];

        for (int which = 0; which < inputs.Length; which++)
        {
            float[] gradient = which switch { 0 => run.DX, 1 => run.DWeight, _ => run.DBias };
            GradientCheck.Of(
                $"conv-relu-pool {conv} {pool}", given => Reference(conv, pool, given), inputs, which,
                run.Upstream.ToDouble(), gradient);
        }
    }

    [Theory]
    [MemberData(nameof(Big))]
    public void ConvReluPool_OnTheHost_GivesTheSameBitsForAnyNumberOfWorkers(
        Conv1dShape conv, int window, int stride, int padding, bool ceil) =>
        SameBits.ForAnyNumberOfWorkers(device =>
        {
            var run = new Run(device, conv, Pool(conv, window, stride, padding, ceil));
            run.Fused();
            return [run.Y, run.DX!, run.DWeight, run.DBias];
        });

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void ConvReluPool_GradientsOfParameters_AccumulateAndDXMayBeLeftOut(string selector)
    {
        var conv = new Conv1dShape(2, 3, 20, 5, 3);
        var run = new Run(TestDevices.Get(selector), conv, Pool(conv, 2, 2, 0));
        run.Fused();
        float[] weight = run.DWeight;
        float[] bias = run.DBias;

        run.Backward(withDX: false);

        Near.All("weight", Array.ConvertAll(weight, v => 2 * v), run.DWeight, 1e-6);
        Near.All("bias", Array.ConvertAll(bias, v => 2 * v), run.DBias, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void ConvReluPool_WithoutArgMaxAndForForwardAlone_GivesTheSameBits(string selector, int index)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (Conv1dShape conv, int window, int stride, int padding, bool ceil) = Cases[index];
        Pool1dShape? pool = Pool(conv, window, stride, padding, ceil);
        var run = new Run(device, conv, pool);
        run.Forward();
        var alone = new ConvReluPool(device, conv, pool, training: false);
        Tensor<float> y = device.Allocate<float>(alone.Output);

        alone.Forward(
            device.Upload<float>(conv.Input, run.X), device.Upload<float>(conv.Weight, run.Weight),
            device.Upload<float>(conv.Bias, run.Bias), y, argMax: null);

        Assert.Equal(run.Y.ToBits(), y.ToArray().ToBits());
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void ConvReluPool_ForForwardAlone_TakesNoMemoryAndRefusesBackward(string selector)
    {
        using ComputeDevice device = ComputeDevice.Open(selector, workers: 1);
        var conv = new Conv1dShape(4, 3, 200, 5, 4);
        Pool1dShape? pool = Pool(conv, 2, 2, 0);
        var alone = new ConvReluPool(device, conv, pool, training: false);

        // The first one's scratch serves the second.
        Assert.Equal(0, BytesTaken(device, () => new ConvReluPool(device, conv, pool, training: false)));
        Assert.True(BytesTaken(device, () => new ConvReluPool(device, conv, pool)) > 0);
        Assert.Null(alone.Workspace);
        Tensor<float> x = device.Allocate<float>(conv.Input);
        Tensor<float> weight = device.Allocate<float>(conv.Weight);
        Tensor<float> y = device.Allocate<float>(alone.Output);
        Tensor<int> argMax = device.Allocate<int>(alone.Output);
        Assert.Contains("training", Assert.Throws<InvalidOperationException>(
            () => alone.Backward(x, weight, y, y, argMax, weight, null, null)).Message, StringComparison.Ordinal);
    }

    /// <summary>One workspace for two operators, as long as the longer needs, with what another left in it.</summary>
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void ConvReluPool_WithAWorkspaceFromOutside_GivesTheSameBits(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Conv1dShape[] convs = [new(2, 3, 40, 5, 4), new(2, 3, 20, 5, 3)];
        Shape?[] needed = [.. convs.Select(conv => ConvReluPool.WorkspaceOf(device, conv))];
        Assert.All(needed.Zip(convs), one => Assert.Equal(device.IsHost ? null : one.Second.Output, one.First));
        var arena = new TensorArena(device);
        Tensor<float> workspace = arena.Plan(new Shape(convs.Max(conv => conv.Output.Length)));
        Run[] own = [.. convs.Select(conv => new Run(device, conv, Pool(conv, 2, 2, 0)))];
        Run[] shared = [.. convs.Select(conv => new Run(device, conv, Pool(conv, 2, 2, 0), workspace: workspace))];
        arena.Commit();
        workspace.CopyFrom(Randoms.Normal(workspace.Length, seed: 7));

        for (int i = 0; i < convs.Length; i++)
        {
            own[i].Fused();
            shared[i].Fused();

            Assert.Equal(own[i].DX, shared[i].DX);
            Assert.Equal(own[i].DWeight, shared[i].DWeight);
            Assert.Equal(own[i].DBias, shared[i].DBias);
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void ConvReluPool_WithAWorkspaceFromOutside_TakesNoneOfItsOwn(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var conv = new Conv1dShape(2, 3, 40, 5, 4);
        var first = new ConvReluPool(device, conv, pool: null); // Its scratch serves the others.
        Tensor<float> workspace = device.Allocate<float>(conv.Output);

        Assert.Equal(0, BytesTaken(device, () => new ConvReluPool(device, conv, pool: null, workspace: workspace)));
        Assert.Equal(
            first.Workspace is not null, BytesTaken(device, () => new ConvReluPool(device, conv, pool: null)) > 0);
    }

    [Fact]
    public void ConvReluPool_WorkspaceTooSmall_IsRefused()
    {
        ComputeDevice device = TestDevices.Get("simulator");
        var conv = new Conv1dShape(2, 3, 40, 5, 4);
        Tensor<float> workspace = device.Allocate<float>(new Shape(369));

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new ConvReluPool(device, conv, pool: null, workspace: workspace));

        Assert.Contains("370", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ConvReluPool_PoolingOfAnotherShape_IsRefused() => Assert.Throws<ArgumentException>(() =>
        new ConvReluPool(TestDevices.Get("cpu"), new Conv1dShape(1, 2, 9, 3, 3), new Pool1dShape(1, 3, 8, 2, 2)));

    [Fact]
    public void ConvReluPool_BackwardWithoutArgMax_IsRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var conv = new Conv1dShape(1, 2, 9, 3, 3);
        var fused = new ConvReluPool(device, conv, Pool(conv, 2, 2, 0));
        Tensor<float> x = device.Allocate<float>(conv.Input);
        Tensor<float> weight = device.Allocate<float>(conv.Weight);
        Tensor<float> y = device.Allocate<float>(fused.Output);

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => fused.Backward(x, weight, y, y, argMax: null, weight, null, null));

        Assert.Contains("argMax", error.Message, StringComparison.Ordinal);
    }

    private static long BytesTaken(ComputeDevice device, Func<ConvReluPool> plan)
    {
        long before = device.Memory.Taken;
        _ = plan();
        return device.Memory.Taken - before;
    }

    private static Pool1dShape? Pool(Conv1dShape conv, int window, int stride, int padding, bool ceil = false) =>
        window == 0
            ? null
            : new Pool1dShape(conv.Batch, conv.Filters, conv.OutputLength, window, stride, padding, ceil);

    private static double[] Reference(Conv1dShape conv, Pool1dShape? pool, double[][] inputs)
    {
        double[] y = Array.ConvertAll(
            ConvolutionReference.Convolve(conv, inputs[0], inputs[1], inputs[2]), v => Math.Max(v, 0));
        return pool is { } some ? ConvolutionReference.MaxPool(some, y) : y;
    }

    private static void AssertFusedEqualsUnfused(ComputeDevice device, Conv1dShape conv, Pool1dShape? pool)
    {
        var fused = new Run(device, conv, pool);
        var unfused = new Run(device, conv, pool);

        fused.Fused();
        unfused.Unfused();

        Near.All("output", unfused.Y, fused.Y, 1e-6);
        Assert.Equal(unfused.ArgMax, fused.ArgMax);
        Near.All("gradient of input", unfused.DX, fused.DX, 1e-6);
        // The sums over maxima run in another order than the dense ones.
        Near.All("gradient of weight", unfused.DWeight, fused.DWeight, 1e-5);
        Near.All("gradient of bias", unfused.DBias, fused.DBias, 1e-5);
    }

    private static void AssertIsTheFormula(
        ComputeDevice device, Conv1dShape conv, Pool1dShape? pool, ConvolutionRung rung)
    {
        var run = new Run(device, conv, pool, rung);
        double[] rectified = Array.ConvertAll(
            ConvolutionReference.Convolve(conv, run.X.ToDouble(), run.Weight.ToDouble(), run.Bias.ToDouble()),
            v => Math.Max(v, 0));
        double[] expected = pool is { } some ? ConvolutionReference.MaxPool(some, rectified) : rectified;

        run.Forward();

        Near.All("output", Array.ConvertAll(expected, v => (float)v), run.Y);
        for (int i = 0; pool is not null && i < expected.Length; i++)
        {
            int row = i / pool.Value.OutputLength;
            int place = run.ArgMax[i];
            Assert.InRange(place - (2 * (i % pool.Value.OutputLength)), 0, 1);
            Assert.InRange(place, 0, conv.OutputLength - 1);
            Assert.Equal(expected[i], rectified[(row * conv.OutputLength) + place], 4);
        }
    }

    /// <summary>One shape on one device, fused or not, with the same random numbers wherever it runs.</summary>
    private sealed class Run
    {
        private readonly ComputeDevice device;
        private readonly Conv1dShape conv;
        private readonly Pool1dShape? pool;
        private readonly ConvReluPool fused;
        private readonly Tensor<float> x;
        private readonly Tensor<float> weight;
        private readonly Tensor<float> bias;
        private readonly Tensor<float> dY;
        private readonly Tensor<float> y;
        private readonly Tensor<int> argMax;
        private readonly Tensor<float> dX;
        private readonly Tensor<float> dWeight;
        private readonly Tensor<float> dBias;

        public Run(
            ComputeDevice device, Conv1dShape conv, Pool1dShape? pool, ConvolutionRung? rung = null,
            Tensor<float>? workspace = null)
        {
            this.device = device;
            this.conv = conv;
            this.pool = pool;
            fused = new ConvReluPool(device, conv, pool, rung, workspace: workspace);
            X = Randoms.Normal(conv.Input.Length, seed: 1);
            Weight = Randoms.Normal(conv.Weight.Length, seed: 2, scale: 0.5);
            Bias = Randoms.Normal(conv.Filters, seed: 3);
            Upstream = Randoms.Normal(fused.Output.Length, seed: 4, scale: 0.5);
            x = device.Upload<float>(conv.Input, X);
            weight = device.Upload<float>(conv.Weight, Weight);
            bias = device.Upload<float>(conv.Bias, Bias);
            dY = device.Upload<float>(fused.Output, Upstream);
            y = device.Allocate<float>(fused.Output);
            argMax = device.Allocate<int>(fused.Output);
            dX = device.Upload<float>(conv.Input, X); // Assigned, whatever was there.
            dWeight = device.Allocate<float>(conv.Weight);
            dBias = device.Allocate<float>(conv.Bias);
        }

        public float[] X { get; }

        public float[] Weight { get; }

        public float[] Bias { get; }

        public float[] Upstream { get; }

        public float[] Y => y.ToArray();

        public int[] ArgMax => argMax.ToArray();

        public float[] DX => dX.ToArray();

        public float[] DWeight => dWeight.ToArray();

        public float[] DBias => dBias.ToArray();

        public void Forward() => fused.Forward(x, weight, bias, y, pool is null ? null : argMax);

        public void Fused()
        {
            Forward();
            Backward(withDX: true);
        }

        public void Backward(bool withDX) => fused.Backward(
            x, weight, y, dY, pool is null ? null : argMax, dWeight, dBias, withDX ? dX : null);

        public void Unfused()
        {
            var convolution = new Conv1d(device, conv);
            var relu = new Activation<Relu>(device, conv.Output.Length);
            Tensor<float> h = device.Allocate<float>(conv.Output);
            Tensor<float> dH = device.Allocate<float>(conv.Output);
            convolution.Forward(x, weight, bias, h);
            relu.Forward(h, h);
            if (pool is { } some)
            {
                var pooling = new MaxPool1d(device, some);
                pooling.Forward(h, y, argMax);
                pooling.Backward(dY, argMax, dH);
            }
            else
            {
                y.CopyFrom(h);
                dH.CopyFrom(dY);
            }

            relu.Backward(h, dH, dH);
            convolution.BackwardInput(dH, weight, dX);
            convolution.BackwardWeight(x, dH, dWeight, dBias);
        }
    }
}
