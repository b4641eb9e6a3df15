using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class Conv1dTests
{
    /// <summary>Small enough for finite differences of all elements; each setting alone and all together.</summary>
    public static TheoryData<string, Conv1dShape> SmallShapes => TestDevices.Times<Conv1dShape>(
    [
        new(2, 3, 9, 4, 3),
        new(1, 1, 1, 1, 1),
        new(2, 2, 5, 3, 5),
        new(1, 2, 3, 3, 4, Padding: 2),
        new(2, 3, 11, 4, 3, Stride: 2),
        new(1, 2, 10, 3, 2, Stride: 3),
        new(1, 2, 10, 3, 2, Stride: 3, Padding: 4),
        new(2, 2, 12, 3, 3, Dilation: 3),
        new(1, 2, 8, 3, 1, Padding: 1),
        new(2, 4, 9, 6, 3, Groups: 2),
        new(1, 3, 8, 6, 3, Padding: 1, Groups: 3),
        new(2, 4, 14, 6, 3, Stride: 2, Padding: 3, Dilation: 2, Groups: 2),
        new(1, 2, 15, 2, 3, Stride: 3, Padding: 5, Dilation: 2),
        new(1, 3, 20, 10, 2),

        // Other zeros after the last step than before the first: causal, `same` with even taps, more, none before.
        new(2, 3, 9, 4, 4, Padding: 3, PaddingAfter: 0),
        new(2, 3, 9, 4, 4, Padding: 1, PaddingAfter: 2),
        new(1, 2, 1, 3, 4, Padding: 3, PaddingAfter: 0),
        new(1, 2, 3, 3, 2, Padding: 0, PaddingAfter: 5),
        new(2, 4, 11, 6, 4, Padding: 9, Dilation: 3, Groups: 2, PaddingAfter: 0),
        new(2, 4, 11, 6, 4, Padding: 4, Dilation: 3, Groups: 2, PaddingAfter: 5),
        new(2, 2, 12, 3, 5, Stride: 2, Padding: 4, PaddingAfter: 0),
        new(2, 2, 13, 3, 4, Stride: 3, Padding: 0, Dilation: 2, PaddingAfter: 7),
        new(1, 3, 8, 3, 4, Padding: 3, Groups: 3, PaddingAfter: 0),

        // Depthwise, one filter a group and more: strides, dilation, taps longer than the clip, one filter of one.
        new(3, 2, 9, 4, 5, Padding: 2, Groups: 2),
        new(2, 2, 13, 6, 3, Stride: 2, Padding: 1, Groups: 2),
        new(2, 3, 14, 3, 5, Stride: 3, Padding: 4, Dilation: 2, Groups: 3, PaddingAfter: 1),
        new(2, 2, 3, 2, 9, Padding: 8, Groups: 2, PaddingAfter: 3),
        new(2, 1, 21, 2, 7, Padding: 3),
    ]);

    /// <summary>Odd against the register tiles: filters, channels and time off their multiples.</summary>
    public static TheoryData<Conv1dShape> OddShapes =>
    [
        new(3, 5, 101, 13, 4),
        new(2, 3, 66, 64, 2),
        new(1, 1, 1, 9, 1),
        new(5, 3, 2, 7, 4, Padding: 3),
        new(1, 2, 100, 65, 3),
        new(1, 1, 300, 9, 20, Stride: 4, Padding: 9),
        new(2, 5, 50, 15, 3, Stride: 2, Padding: 2),
        new(2, 20, 37, 30, 3, Padding: 4, Dilation: 4, Groups: 5),
        new(1, 24, 65, 24, 7, Padding: 3, Groups: 24),
        new(1, 40, 17, 5, 2),
        new(1, 3, 49, 8, 2, Stride: 5, Padding: 1, Dilation: 3),
        new(3, 5, 101, 13, 4, Padding: 3, PaddingAfter: 0),
        new(2, 20, 37, 30, 4, Padding: 6, Dilation: 4, Groups: 5, PaddingAfter: 1),
        new(2, 5, 50, 15, 6, Stride: 2, Padding: 0, Dilation: 2, PaddingAfter: 9),
        new(1, 24, 65, 24, 8, Padding: 3, Groups: 24, PaddingAfter: 4),

        // Depthwise: rows of one to nine vectors of any width, three filters a group and one more than the plan takes.
        new(2, 5, 50, 5, 13, Padding: 6, Groups: 5),
        new(3, 7, 33, 7, 29, Padding: 28, Dilation: 2, Groups: 7),
        new(9, 4, 100, 4, 11, Stride: 2, Padding: 5, Groups: 4),
        new(1, 3, 143, 9, 8, Padding: 7, Groups: 3, PaddingAfter: 0),
        new(2, 3, 97, 6, 31, Stride: 3, Padding: 2, Groups: 3, PaddingAfter: 40),
        new(2, 2, 40, 8, 5, Padding: 2, Groups: 2),
        new(1, 1, 75, 3, 31, Padding: 30),

        // By minimal filtering: short clips side by side, tiles that end with a clip or do not, uneven paddings.
        new(5, 17, 25, 19, 3, Padding: 1),
        new(3, 16, 30, 33, 3),
        new(7, 20, 13, 16, 3, Padding: 2),
        new(4, 16, 50, 24, 3, Padding: 0, PaddingAfter: 3),

        // One tap: clips side by side without a gap.
        new(9, 18, 13, 21, 1),
        new(6, 5, 7, 9, 1, Padding: 2),
    ];

    /// <summary>Too big for the simulator: several chunks of time, panels of filters and blocks of rows.</summary>
    public static TheoryData<Conv1dShape> BigShapes =>
    [
        new(2, 40, 100, 64, 4),
        new(20, 3, 40, 10, 3),
        new(1, 2, 3000, 17, 80, Stride: 4, Padding: 38),
        new(1, 300, 17, 150, 2),
        new(2, 9, 1500, 15, 5, Stride: 2, Padding: 2),
        new(2, 9, 1500, 15, 4, Padding: 24, Dilation: 8, PaddingAfter: 0),
        new(2, 3, 1500, 15, 4, Stride: 3, Padding: 1, PaddingAfter: 40),

        // Depthwise: several chunks of a row, several blocks of clips, clips behind one another in one block.
        new(2, 3, 4500, 3, 9, Padding: 4, Groups: 3),
        new(3, 2, 5001, 4, 31, Stride: 2, Padding: 15, Groups: 2),
        new(100, 3, 201, 3, 15, Padding: 7, Groups: 3),
        new(70, 2, 130, 6, 6, Stride: 3, Padding: 9, Dilation: 4, Groups: 2, PaddingAfter: 2),

        new(2, 18, 1501, 20, 3, Padding: 1),
        new(64, 16, 25, 70, 3, Padding: 1),
        new(150, 33, 9, 17, 1),
    ];

    /// <summary>Shapes that describe no convolution, and a word of what the message must say.</summary>
    public static TheoryData<Conv1dShape, string> WrongShapes => new()
    {
        { new Conv1dShape(0, 1, 1, 1, 1), "batch" },
        { new Conv1dShape(1, 3, 9, 4, 3, Groups: 2), "groups" },
        { new Conv1dShape(1, 1, 3, 1, 4), "span 4" },
        { new Conv1dShape(1, 1, 3, 1, 2, Stride: 0), "stride" },
        { new Conv1dShape(1, 1, 3, 1, 2, Padding: -1), "padding" },
        { new Conv1dShape(1, 1, 3, 1, 2, Dilation: 3), "dilation 3" },
        { new Conv1dShape(1, 1, 3, 1, 2, PaddingAfter: -1), "padding after the last step must be at least 0" },
        { new Conv1dShape(1, 1, 3, 1, 6, Padding: 2, PaddingAfter: 0), "a padding of 2 before and 0 after" },
        { new Conv1dShape(1, 1, 3, 1, 8, Padding: 2), "a padding of 2 on both sides" },
    };

    [Theory]
    [MemberData(nameof(OddShapes))]
    public void Conv1d_WithPreparedWeights_GivesTheSameBits(Conv1dShape shape)
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var conv = new Conv1d(device, shape, training: false);
        Tensor<float> x = device.Upload<float>(shape.Input, Randoms.Normal(shape.Input.Length, seed: 1));
        Tensor<float> weight = device.Upload<float>(shape.Weight, Randoms.Normal(shape.Weight.Length, seed: 2));
        Tensor<float> y = device.Allocate<float>(shape.Output);
        conv.Forward(x, weight, null, y);
        int[] expected = y.ToArray().ToBits();

        conv.Prepare(weight);
        conv.Forward(x, weight, null, y);

        Assert.Equal(expected, y.ToArray().ToBits());
        Assert.Throws<ArgumentException>(() => conv.Prepare(y));
    }

    [Theory]
    [MemberData(nameof(SmallShapes))]
    public void Conv1d_Forward_IsTheFormula(string selector, Conv1dShape shape)
    {
        var run = new Run(TestDevices.Get(selector), shape);

        Near.All("with bias", run.Reference(withBias: true), run.Forward(withBias: true), 1e-5);
        Near.All("without bias", run.Reference(withBias: false), run.Forward(withBias: false), 1e-5);
    }

    [Theory]
    [MemberData(nameof(SmallShapes))]
    public void Conv1d_GradientOfInput_MatchesFiniteDifferences(string selector, Conv1dShape shape)
    {
        var run = new Run(TestDevices.Get(selector), shape);

        run.Check("conv1d", 0, run.BackwardInput());
    }

    [Theory]
    [MemberData(nameof(SmallShapes))]
    public void Conv1d_GradientsOfWeightAndBias_MatchFiniteDifferences(string selector, Conv1dShape shape)
    {
        var run = new Run(TestDevices.Get(selector), shape);

        (float[] dWeight, float[] dBias) = run.BackwardWeight();

        run.Check("conv1d", 1, dWeight);
        run.Check("conv1d", 2, dBias);
    }

    /// <summary>
    /// Every rung of the portable kernels: less and more than a tile of rows, columns and terms, each setting, weights
    /// that can be read as Float4 and that cannot, more than a block of terms.
    /// </summary>
    public static TheoryData<string, ConvolutionRung, Conv1dShape> Rungs
    {
        get
        {
            TheoryData<string, ConvolutionRung, Conv1dShape> rows = [];
            foreach (string selector in TestDevices.Portable())
            {
                foreach (ConvolutionRung rung in
                    Enum.GetValues<ConvolutionRung>().Except([ConvolutionRung.TensorCores]))
                {
                    rows.Add(selector, rung, new Conv1dShape(1, 1, 1, 1, 1));
                    rows.Add(selector, rung, new Conv1dShape(3, 2, 14, 3, 3, Stride: 2, Padding: 3, Dilation: 2));
                    rows.Add(selector, rung, new Conv1dShape(5, 3, 2, 7, 4, Padding: 3));
                    // Past the first tile of rows and of columns: 16 x 16, 64 x 48, 64 x 128.
                    rows.Add(selector, rung, rung < ConvolutionRung.Registers
                        ? new Conv1dShape(2, 5, 12, 18, 4)
                        : new Conv1dShape(2, 17, 30, 66, 4));
                    rows.Add(selector, rung, new Conv1dShape(
                        3, 2, rung < ConvolutionRung.Registers8x8 ? 21 : 99, 4, 2, Padding: 1, Dilation: 3));
                    rows.Add(selector, rung, new Conv1dShape(1, 6, 70, 9, 3, Padding: 1, Groups: 3));
                    rows.Add(selector, rung, new Conv1dShape(2, 4, 14, 6, 20, Stride: 3, Padding: 9, Groups: 2));
                    rows.Add(selector, rung, new Conv1dShape(1, 260, 6, 5, 4));
                    rows.Add(selector, rung, new Conv1dShape(1, 3, 5, 350, 3));
                    rows.Add(selector, rung, new Conv1dShape(2, 5, 40, 9, 4, Padding: 3, PaddingAfter: 0));
                    rows.Add(selector, rung, new Conv1dShape(
                        3, 4, 21, 6, 4, Padding: 2, Dilation: 3, Groups: 2, PaddingAfter: 7));
                    rows.Add(selector, rung, new Conv1dShape(2, 3, 30, 5, 4, Stride: 2, Padding: 0, PaddingAfter: 5));
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rungs))]
    public void Conv1d_EveryRungOfThePortableKernels_IsTheFormula(
        string selector, ConvolutionRung rung, Conv1dShape shape)
    {
        var run = new Run(TestDevices.Get(selector, rung), shape, rung);
        (float[] dX, float[] dWeight) = run.ReferenceGradients();

        Near.All("output", run.Reference(withBias: true), run.Forward(withBias: true));
        Near.All("gradient of x", dX, run.BackwardInput());
        Near.All("gradient of weight", dWeight, run.BackwardWeight().Weight, 5e-5);
    }

    public static TheoryData<string, ConvolutionRung> RungsAlone
    {
        get
        {
            TheoryData<string, ConvolutionRung> rows = [];
            foreach (string selector in TestDevices.Portable())
            {
                foreach (ConvolutionRung rung in
                    Enum.GetValues<ConvolutionRung>().Except([ConvolutionRung.TensorCores]))
                {
                    rows.Add(selector, rung);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(RungsAlone))]
    public void Conv1d_EveryRungWithoutABias_IsTheFormula(string selector, ConvolutionRung rung)
    {
        foreach (Conv1dShape shape in new Conv1dShape[]
        {
            new(1, 1, 1, 1, 1), new(3, 4, 21, 6, 4, Padding: 2, Dilation: 3, Groups: 2, PaddingAfter: 7),
        })
        {
            var run = new Run(TestDevices.Get(selector, rung), shape, rung);

            Near.All($"{shape}", run.Reference(withBias: false), run.Forward(withBias: false));
        }
    }

    /// <summary>Rungs whose terms of the gradient of the weights are split, and into how many parts.</summary>
    public static TheoryData<string, ConvolutionRung, int> Parts
    {
        get
        {
            TheoryData<string, ConvolutionRung, int> rows = [];
            foreach (string selector in TestDevices.Portable())
            {
                foreach (ConvolutionRung rung in new[] { ConvolutionRung.Tiled, ConvolutionRung.Registers })
                {
                    rows.Add(selector, rung, 1);
                    rows.Add(selector, rung, 3);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Conv1d_GradientOfWeightInParts_IsTheFormulaAndAccumulates(
        string selector, ConvolutionRung rung, int parts)
    {
        foreach (Conv1dShape shape in new Conv1dShape[]
        {
            new(4, 2, 24, 5, 4, Padding: 1), new(13, 4, 7, 6, 3, Groups: 2), new(3, 1, 40, 2, 2, Stride: 2),
        })
        {
            var run = new Run(TestDevices.Get(selector, rung), shape, rung, parts);
            float[] expected = run.ReferenceGradients().DWeight;

            Near.All("once", expected, run.BackwardWeight().Weight, 5e-5);
            Near.All("twice", Array.ConvertAll(expected, v => 2 * v), run.BackwardWeight().Weight, 5e-5);
        }
    }

    /// <summary>
    /// From 17 parts on, eight neighbours are added by the last of the eight to finish. Which group that is, a GPU does
    /// not promise: the first to run must not matter.
    /// </summary>
    [Theory]
    [InlineData(ConvolutionRung.Tiled, 20)]
    [InlineData(ConvolutionRung.Registers, 8)]
    [InlineData(ConvolutionRung.Registers, 16)]
    [InlineData(ConvolutionRung.Registers, 17)]
    [InlineData(ConvolutionRung.Registers, 24)]
    [InlineData(ConvolutionRung.Registers, 38)]
    public void Conv1d_GradientOfWeightInManyParts_IsTheFormula_WhicheverGroupIsTheLast(
        ConvolutionRung rung, int parts)
    {
        ComputeDevice device = TestDevices.Get("ptx");
        foreach (Conv1dShape shape in new Conv1dShape[]
        {
            new(10, 3, 64, 70, 4), new(10, 8, 64, 16, 4), new(10, 4, 64, 10, 3, Padding: 1, Groups: 2),
        })
        {
            var run = new Run(device, shape, rung, parts);
            (float[] weight, float[] bias) = run.BackwardWeight();
            var backwards = new Run(device, shape, rung, parts);
            device.Machine!.RunsBackwards = true;
            try
            {
                (float[] otherWeight, float[] otherBias) = backwards.BackwardWeight();

                Near.All("weight", run.ReferenceGradients().DWeight, weight, 5e-5);
                Near.All("bias", run.ReferenceOfBias(), bias, 5e-5);
                Assert.Equal(weight, otherWeight);
                Assert.Equal(bias, otherBias);
            }
            finally
            {
                device.Machine.RunsBackwards = false;
            }
        }
    }

    /// <summary>Rung 3 of the gradient of the input and 4, the second with more filters than a tile has rows.</summary>
    [Theory]
    [InlineData("ptx", 12, 9)]
    [InlineData("ptx conv1d=4", 40, 70)]
    public void Conv1d_AllGradientsAtOnce_AreOneLaunchWithTheBitsOfThePassesApart(
        string selector, int channels, int filters)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Conv1dShape(6, channels, 33, filters, 3, Padding: 1);
        var apart = new Run(device, shape);
        float[] dX = apart.BackwardInput();
        (float[] weight, float[] bias) = apart.BackwardWeight();
        var atOnce = new Run(device, shape);
        long launches = device.Launches;
        (float[] DX, float[] Weight, float[] Bias) all = atOnce.Backward();

        Assert.Equal(1, device.Launches - launches);
        Assert.Equal(dX, all.DX);
        Assert.Equal(weight, all.Weight);
        Assert.Equal(bias, all.Bias);
    }

    /// <summary>Operands that begin where no Float4 may: slices of larger tensors.</summary>
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Conv1d_EveryRungOverSlices_NeedsNoAlignment(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Conv1dShape(2, 3, 9, 5, 4);
        foreach (ConvolutionRung rung in Enum.GetValues<ConvolutionRung>().Except([ConvolutionRung.TensorCores]))
        {
            var aligned = new Run(device, shape, rung);
            var sliced = new Run(device, shape, rung, skip: 1);

            Assert.Equal(aligned.Forward(withBias: true), sliced.Forward(withBias: true));
            Assert.Equal(aligned.BackwardInput(), sliced.BackwardInput());
            Assert.Equal(aligned.BackwardWeight().Weight, sliced.BackwardWeight().Weight);
        }
    }

    /// <summary>Rungs of forward, of the gradients of input and weight (4, 3, 2, 1), and parts of the last.</summary>
    public static TheoryData<Conv1dShape, int, int, int, int> Plans => new()
    {
        // The article's, and eight times as many clips of it.
        { new(64, 40, 100, 64, 4), 3, 3, 3, 26 },
        { new(512, 40, 100, 64, 4), 4, 4, 3, 49 },
        { new(64, 1, 8000, 64, 80, Stride: 4), 4, 1, 3, 124 },
        { new(64, 64, 50, 64, 3, Stride: 2), 3, 2, 3, 20 },
        { new(64, 64, 50, 64, 3, Groups: 64), 1, 1, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Plans))]
    public void ConvolutionPlan_OfAShape_FillsAGpu(
        Conv1dShape shape, int forward, int input, int weight, int parts)
    {
        ComputeDevice device = TestDevices.Get("simulator");
        ConvolutionPlan ofWeight = ConvolutionPlan.GradientOfWeight(device, shape, rung: null);

        Assert.Equal(forward, (int)ConvolutionPlan.Forward(device, shape, rung: null).Rung);
        Assert.Equal(input, (int)ConvolutionPlan.GradientOfInput(device, shape, rung: null).Rung);
        Assert.Equal((weight, parts), ((int)ofWeight.Rung, ofWeight.Parts));
        Assert.InRange(
            shape.Batch * shape.OutputLength, ((ofWeight.Parts - 1) * ofWeight.PartTerms) + 1,
            ofWeight.Parts * ofWeight.PartTerms);
        Assert.True(ofWeight.Rung == ConvolutionRung.Naive || ofWeight.PartTerms <= ConvolutionArgs.BlockTerms);
    }

    [Theory]
    [MemberData(nameof(SmallShapes))]
    public void Conv1d_GradientsOfWeightAndBias_Accumulate(string selector, Conv1dShape shape)
    {
        var run = new Run(TestDevices.Get(selector), shape);
        (float[] once, float[] bias) = run.BackwardWeight();

        (float[] twice, float[] biasTwice) = run.BackwardWeight();

        Near.All("weight", Array.ConvertAll(once, v => 2 * v), twice, 1e-5);
        Near.All("bias", Array.ConvertAll(bias, v => 2 * v), biasTwice, 1e-5);
    }

    [Theory]
    [MemberData(nameof(OddShapes))]
    public void Conv1d_HostBodies_EqualPortableKernels(Conv1dShape shape)
    {
        var host = new Run(TestDevices.Get("cpu"), shape);
        var portable = new Run(TestDevices.Get("ptx"), shape);

        Near.All("output", portable.Forward(withBias: true), host.Forward(withBias: true));
        Near.All("gradient of input", portable.BackwardInput(), host.BackwardInput());
        (float[] expectedWeight, float[] expectedBias) = portable.BackwardWeight();
        (float[] weight, float[] bias) = host.BackwardWeight();
        Near.All("gradient of weight", expectedWeight, weight, 5e-5);
        Near.All("gradient of bias", expectedBias, bias, 5e-5);
    }

    [Theory]
    [MemberData(nameof(BigShapes))]
    public void Conv1d_BigShapesOnTheHost_EqualTheFormulas(Conv1dShape shape)
    {
        var run = new Run(TestDevices.Get("cpu"), shape);
        (float[] dX, float[] dWeight) = run.ReferenceGradients();
        // Minimal filtering rounds up to three times as much as direct sums do: see WinogradTests.
        double tolerance = Winograd.Suits(shape) ? 6e-5 : 2e-5;

        Near.All("output", run.Reference(withBias: true), run.Forward(withBias: true), tolerance);
        Near.All("gradient of input", dX, run.BackwardInput(), tolerance);
        Near.All("gradient of weight", dWeight, run.BackwardWeight().Weight, 5e-5);
    }

    [Theory]
    [MemberData(nameof(OddShapes))]
    [MemberData(nameof(BigShapes))]
    public void Conv1d_OnTheHost_GivesTheSameBitsForAnyNumberOfWorkers(Conv1dShape shape) =>
        SameBits.ForAnyNumberOfWorkers(device => new Run(device, shape).All());

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Conv1d_RunTwice_GivesTheSameBits(string selector)
    {
        var shape = new Conv1dShape(3, 4, 40, 9, 3, Padding: 1);
        ComputeDevice device = TestDevices.Get(selector);

        Assert.Equal(new Run(device, shape).All(), new Run(device, shape).All());
    }

    [Fact]
    public void Conv1d_LongSums_StayExact()
    {
        // 600 channels x 3 taps forward, 5 x 700 steps for the weights: ones, whose sums float32 holds exactly.
        var shape = new Conv1dShape(5, 600, 702, 9, 3);
        ComputeDevice device = TestDevices.Get("cpu");
        float[] ones = new float[shape.Input.Length];
        Array.Fill(ones, 1f);
        Tensor<float> x = device.Upload<float>(shape.Input, ones);
        Tensor<float> weight = device.Upload<float>(shape.Weight, ones.AsSpan(0, shape.Weight.Length));
        Tensor<float> y = device.Allocate<float>(shape.Output);
        Tensor<float> dWeight = device.Allocate<float>(shape.Weight);
        var conv = new Conv1d(device, shape);

        conv.Forward(x, weight, null, y);
        Tensor<float> dY = device.Upload<float>(shape.Output, ones.AsSpan(0, shape.Output.Length));
        conv.BackwardWeight(x, dY, dWeight, null);

        Assert.All(y.ToArray(), value => Assert.Equal(1800f, value));
        Assert.All(dWeight.ToArray(), value => Assert.Equal(3500f, value));
    }

    [Fact]
    public void Conv1d_PaddingAfterAsBefore_IsTheSameConvolution()
    {
        var shape = new Conv1dShape(2, 3, 19, 5, 4, Stride: 2, Padding: 3);
        Conv1dShape written = shape with { PaddingAfter = 3 };
        foreach (string selector in TestDevices.Selectors)
        {
            var first = new Run(TestDevices.Get(selector), shape);
            var second = new Run(TestDevices.Get(selector), written);

            Assert.Equal(first.Forward(withBias: true), second.Forward(withBias: true));
            Assert.Equal(first.BackwardInput(), second.BackwardInput());
            Assert.Equal(first.BackwardWeight().Weight, second.BackwardWeight().Weight);
        }
    }

    /// <summary>A causal convolution's output up to a step does not change with what comes after it.</summary>
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Conv1d_Causal_SeesNoLaterStep(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Conv1dShape(1, 2, 20, 3, 4, Padding: 6, Dilation: 2, PaddingAfter: 0);
        float[] x = Randoms.Normal(shape.Input.Length, seed: 1);
        float[] changed = [.. x.Select((value, i) => i % 20 > 11 ? -value : value)];
        Assert.Equal(20, shape.OutputLength);

        float[] first = Forward(x);
        float[] second = Forward(changed);

        for (int i = 0; i < first.Length; i++)
        {
            Assert.Equal(i % 20 <= 11, first[i] == second[i]);
        }

        float[] Forward(float[] values)
        {
            Tensor<float> y = device.Allocate<float>(shape.Output);
            Tensor<float> weight = device.Upload<float>(shape.Weight, Randoms.Normal(shape.Weight.Length, seed: 2));
            new Conv1d(device, shape).Forward(device.Upload<float>(shape.Input, values), weight, null, y);
            return y.ToArray();
        }
    }

    /// <summary>Operations of a convolution: a multiplication and an addition for each tap of each output.</summary>
    [Fact]
    public void Conv1d_Operations_CountEveryTapOfEveryOutput()
    {
        var shape = new Conv1dShape(2, 6, 30, 9, 4, Stride: 2, Padding: 3, Groups: 3, PaddingAfter: 0);

        Assert.Equal(2L * shape.Output.Length * 2 * 4, shape.Operations);
        Assert.Equal(2L * 100_000 * 1000 * 3000 * 64 * 5, new Conv1dShape(100_000, 64, 3004, 1000, 5).Operations);
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Conv1d_ForForwardAlone_GivesTheSameBitsAndRefusesBackward(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Conv1dShape(2, 3, 30, 9, 4, Padding: 1);
        Tensor<float> x = device.Upload<float>(shape.Input, Randoms.Normal(shape.Input.Length, seed: 1));
        Tensor<float> weight = device.Upload<float>(shape.Weight, Randoms.Normal(shape.Weight.Length, seed: 2));
        Tensor<float> y = device.Allocate<float>(shape.Output);
        Tensor<float> expected = device.Allocate<float>(shape.Output);
        var alone = new Conv1d(device, shape, training: false);

        new Conv1d(device, shape).Forward(x, weight, null, expected);
        alone.Forward(x, weight, null, y);

        Assert.Equal(expected.ToArray(), y.ToArray());
        Assert.Throws<InvalidOperationException>(() => alone.BackwardInput(y, weight, x));
        Assert.Throws<InvalidOperationException>(() => alone.BackwardWeight(x, y, weight, null));
    }

    [Theory]
    [MemberData(nameof(WrongShapes))]
    public void Conv1d_WrongShape_IsRefusedWithTheReason(Conv1dShape shape, string word)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(shape.Validate);

        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Conv1d_TensorOfAnotherShape_IsRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var shape = new Conv1dShape(1, 2, 8, 3, 3);
        var conv = new Conv1d(device, shape);
        Tensor<float> x = device.Allocate<float>(new Shape(1, 2, 9));

        Assert.Throws<ArgumentException>(() => conv.Forward(
            x, device.Allocate<float>(shape.Weight), null, device.Allocate<float>(shape.Output)));
    }

    /// <summary>One shape on one device, with the same random numbers wherever it runs.</summary>
    private sealed class Run
    {
        private readonly Conv1dShape shape;
        private readonly Conv1d conv;
        private readonly float[] x;
        private readonly float[] weight;
        private readonly float[] bias;
        private readonly float[] upstream;
        private readonly Tensor<float> xTensor;
        private readonly Tensor<float> weightTensor;
        private readonly Tensor<float> biasTensor;
        private readonly Tensor<float> upstreamTensor;
        private readonly Tensor<float> y;
        private readonly Tensor<float> dX;
        private readonly Tensor<float> dWeight;
        private readonly Tensor<float> dBias;

        public Run(
            ComputeDevice device, Conv1dShape shape, ConvolutionRung? rung = null, int? parts = null, int skip = 0)
        {
            this.shape = shape;
            conv = new Conv1d(device, shape, rung, parts);
            x = Randoms.Normal(shape.Input.Length, seed: 1);
            weight = Randoms.Normal(shape.Weight.Length, seed: 2, scale: 0.5);
            bias = Randoms.Normal(shape.Filters, seed: 3);
            upstream = Randoms.Normal(shape.Output.Length, seed: 4, scale: 0.5);
            Tensor<float> Allocate(Shape of) =>
                device.Allocate<float>(new Shape(skip + of.Length)).Slice(skip, of);
            xTensor = Allocate(shape.Input);
            weightTensor = Allocate(shape.Weight);
            biasTensor = Allocate(shape.Bias);
            upstreamTensor = Allocate(shape.Output);
            xTensor.CopyFrom(x);
            weightTensor.CopyFrom(weight);
            biasTensor.CopyFrom(bias);
            upstreamTensor.CopyFrom(upstream);
            y = Allocate(shape.Output);
            dX = Allocate(shape.Input);
            dWeight = Allocate(shape.Weight);
            dBias = Allocate(shape.Bias);
            // What is assigned must not depend on what was there.
            y.CopyFrom(Randoms.Normal(y.Length, seed: 5));
            dX.CopyFrom(Randoms.Normal(dX.Length, seed: 6));
        }

        /// <summary>Output and all gradients.</summary>
        public float[][] All()
        {
            (float[] ofWeight, float[] ofBias) = BackwardWeight();
            return [Forward(withBias: true), BackwardInput(), ofWeight, ofBias];
        }

        public float[] Forward(bool withBias)
        {
            conv.Forward(xTensor, weightTensor, withBias ? biasTensor : null, y);
            return y.ToArray();
        }

        public float[] BackwardInput()
        {
            conv.BackwardInput(upstreamTensor, weightTensor, dX);
            return dX.ToArray();
        }

        public (float[] Weight, float[] Bias) BackwardWeight()
        {
            conv.BackwardWeight(xTensor, upstreamTensor, dWeight, dBias);
            return (dWeight.ToArray(), dBias.ToArray());
        }

        public float[] Reference(bool withBias) => Array.ConvertAll(
            ConvolutionReference.Convolve(shape, x.ToDouble(), weight.ToDouble(), withBias ? bias.ToDouble() : null),
            v => (float)v);

        public (float[] DX, float[] DWeight) ReferenceGradients()
        {
            (double[] ofX, double[] ofWeight) = ConvolutionReference.Gradients(
                shape, x.ToDouble(), weight.ToDouble(), upstream.ToDouble());
            return (Array.ConvertAll(ofX, v => (float)v), Array.ConvertAll(ofWeight, v => (float)v));
        }

        public (float[] DX, float[] Weight, float[] Bias) Backward()
        {
            conv.Backward(xTensor, weightTensor, upstreamTensor, dWeight, dBias, dX);
            return (dX.ToArray(), dWeight.ToArray(), dBias.ToArray());
        }

        public float[] ReferenceOfBias() =>
        [
            .. Enumerable.Range(0, shape.Filters).Select(filter => (float)upstream
                .Where((_, i) => i / shape.OutputLength % shape.Filters == filter).Sum(value => (double)value)),
        ];

        public void Check(string name, int which, float[] gradient) => GradientCheck.Of(
            $"{name} {shape}", inputs => ConvolutionReference.Convolve(shape, inputs[0], inputs[1], inputs[2]),
            [x.ToDouble(), weight.ToDouble(), bias.ToDouble()], which, upstream.ToDouble(), gradient);
    }
}
