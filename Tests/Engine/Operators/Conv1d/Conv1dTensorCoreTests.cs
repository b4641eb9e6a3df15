using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>The convolution on tensor cores, as an NVIDIA GPU's PTX computes it.</summary>
public sealed class Conv1dTensorCoreTests : IDisposable
{
    // Taken by no other test: it counts launches and choices.
    private readonly ComputeDevice device = ComputeDevice.Open("ptx", precision: FloatPrecision.Tf32);

    /// <summary>More than a tile of rows, of columns and of terms, ragged; each setting; more than a block of terms.</summary>
    public static TheoryData<Conv1dShape> Shapes =>
    [
        new(2, 9, 42, 66, 4, Padding: 1),
        new(3, 9, 42, 20, 3, Stride: 2, Padding: 4, Dilation: 2, PaddingAfter: 1),
        new(2, 18, 37, 16, 3, Padding: 2, Groups: 2),
        new(8, 260, 12, 9, 4),
    ];

    /// <summary>Exact up to float32 for factors that are tf32 already: small whole numbers.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void TensorCores_OfFactorsInTf32_GiveTheConvolutionAndItsGradients(Conv1dShape shape)
    {
        var run = new Run(device, shape, v => MathF.Round(4 * v));

        (double[][] expected, float[][] actual) = (run.Expected(), run.Actual());

        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal(Array.ConvertAll(expected[i], v => (float)v), actual[i]);
        }

        Assert.Equal(
            shape.Stride == 1 ? 3 : 2, device.Rungs.Made.Count(one => one.Rung == (int)ConvolutionRung.TensorCores));
    }

    /// <summary>Each factor is off by at most 2^-11 of itself, a term by 2^-10.</summary>
    [Fact]
    public void TensorCores_OfAnyFactors_AreOffByTf32Rounding()
    {
        var run = new Run(device, new Conv1dShape(2, 9, 40, 17, 4, Padding: 2), v => v);

        (double[][] expected, double[][] magnitudes, float[][] actual) =
            (run.Expected(), run.Magnitudes(), run.Actual());

        for (int i = 0; i < actual.Length; i++)
        {
            for (int j = 0; j < actual[i].Length; j++)
            {
                double most = magnitudes[i][j] / 1000;
                Assert.InRange(actual[i][j], expected[i][j] - most, expected[i][j] + most);
            }

            Assert.Contains(actual[i].Zip(expected[i]), pair => Math.Abs(pair.First - pair.Second) > 1e-5);
        }
    }

    [Fact]
    public void Backward_InOneLaunch_GivesTheSameBitsAsItsParts()
    {
        var shape = new Conv1dShape(2, 9, 40, 20, 3, Padding: 1);
        var run = new Run(device, shape, v => v);
        float[][] apart = run.Actual();
        var together = new Run(device, shape, v => v);
        long before = device.Launches;

        float[][] all = together.Backward();

        Assert.Equal(1, device.Launches - before);
        Assert.Equal(apart[1..], all);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ConvolutionAndNormalisation_InOneLaunch_GiveTheTwoApart(int window)
    {
        var shape = new Conv1dShape(2, 3, 40, 9, 4, Padding: 1);
        var conv = new Conv1d(device, shape);
        var norm = new NormReluPool(
            device, new BatchNormShape(shape.Batch, shape.Filters, shape.OutputLength), window);
        Assert.True(norm.Takes(conv));
        Tensor<float> x = device.Upload<float>(shape.Input, Randoms.Normal(shape.Input.Length, seed: 1));
        Tensor<float> weight = device.Upload<float>(shape.Weight, Randoms.Normal(shape.Weight.Length, seed: 2));
        var channels = new Shape(shape.Filters);
        Tensor<float> raw = device.Allocate<float>(shape.Output);
        Tensor<float> gamma = device.Upload<float>(channels, Randoms.Normal(shape.Filters, seed: 3));
        Tensor<float> beta = device.Upload<float>(channels, Randoms.Normal(shape.Filters, seed: 4));
        Tensor<float> mean = device.Allocate<float>(channels);
        Tensor<float> variance = device.Allocate<float>(channels);
        Tensor<float> statistics = device.Allocate<float>(new Shape(2, shape.Filters));
        Tensor<float> y = device.Allocate<float>(
            new Shape(shape.Batch, shape.Filters, shape.OutputLength / window));

        conv.Forward(x, weight, null, raw);
        norm.Train(raw, gamma, beta, mean, variance, statistics, y);
        float[][] apart = [raw.ToArray(), statistics.ToArray(), y.ToArray()];
        raw.CopyFrom(new float[raw.Length]);
        norm.Train(conv, x, weight, null, raw, gamma, beta, mean, variance, statistics, y);

        Assert.Equal(apart[0], raw.ToArray());
        Near.All("statistics", apart[1], statistics.ToArray(), 1e-5);
        Near.All("y", apart[2], y.ToArray(), 1e-5);
    }

    [Fact]
    public void ReluAndPooling_BehindTensorCores_TakeTheLargerNeighbour()
    {
        var shape = new Conv1dShape(2, 5, 40, 10, 4);
        var pool = new Pool1dShape(2, 10, shape.OutputLength, Window: 2, Stride: 2);
        var run = new Run(device, shape, v => v);
        float[] plain = run.Actual()[0];
        Tensor<float> y = device.Allocate<float>(pool.Output);
        Tensor<int> argMax = device.Allocate<int>(pool.Output);

        new ConvReluPool(device, shape, pool).Forward(run.X, run.Weight, run.Bias, y, argMax);

        int windows = pool.OutputLength;
        float[] pooled = y.ToArray();
        for (int i = 0; i < pooled.Length; i++)
        {
            int at = (i / windows * shape.OutputLength) + (2 * (i % windows));
            Assert.Equal(MathF.Max(0f, MathF.Max(plain[at], plain[at + 1])), pooled[i]);
        }

        Assert.Contains(pooled, value => value > 0f);
    }

    [Fact]
    public void Conv1d_OnADeviceInFloat32_NeverTakesTensorCores()
    {
        using ComputeDevice exact = ComputeDevice.Open("ptx", rungs: "conv1d=5,conv1d.backward-weight=5");
        _ = new Conv1d(exact, new Conv1dShape(2, 5, 42, 66, 4));

        Assert.Equal([4, 4, 3], exact.Rungs.Made.Select(one => one.Rung));
    }

    public void Dispose() => device.Dispose();

    // y with bias, dX, dWeight and dBias of random factors.
    private sealed class Run
    {
        private readonly Conv1dShape shape;
        private readonly Conv1d conv;
        private readonly float[] x;
        private readonly float[] weight;
        private readonly float[] bias;
        private readonly float[] dY;
        private readonly Tensor<float> y;
        private readonly Tensor<float> upstream;
        private readonly Tensor<float> dX;
        private readonly Tensor<float> dWeight;
        private readonly Tensor<float> dBias;

        public Run(ComputeDevice device, Conv1dShape shape, Converter<float, float> value)
        {
            this.shape = shape;
            conv = new Conv1d(device, shape, rung: null, parts: 3);
            x = Array.ConvertAll(Randoms.Normal(shape.Input.Length, seed: 1), value);
            weight = Array.ConvertAll(Randoms.Normal(shape.Weight.Length, seed: 2), value);
            bias = Array.ConvertAll(Randoms.Normal(shape.Filters, seed: 3), value);
            dY = Array.ConvertAll(Randoms.Normal(shape.Output.Length, seed: 4), value);
            X = device.Upload<float>(shape.Input, x);
            Weight = device.Upload<float>(shape.Weight, weight);
            Bias = device.Upload<float>(shape.Bias, bias);
            upstream = device.Upload<float>(shape.Output, dY);
            y = device.Upload<float>(shape.Output, Randoms.Normal(shape.Output.Length, seed: 5));
            dX = device.Upload<float>(shape.Input, Randoms.Normal(shape.Input.Length, seed: 6));
            dWeight = device.Allocate<float>(shape.Weight);
            dBias = device.Allocate<float>(shape.Bias);
        }

        public Tensor<float> X { get; }

        public Tensor<float> Weight { get; }

        public Tensor<float> Bias { get; }

        public float[][] Actual()
        {
            conv.Forward(X, Weight, Bias, y);
            conv.BackwardInput(upstream, Weight, dX);
            conv.BackwardWeight(X, upstream, dWeight, dBias);
            return [y.ToArray(), dX.ToArray(), dWeight.ToArray(), dBias.ToArray()];
        }

        public float[][] Backward()
        {
            conv.Backward(X, Weight, upstream, dWeight, dBias, dX);
            return [dX.ToArray(), dWeight.ToArray(), dBias.ToArray()];
        }

        public double[][] Expected() => Of(v => v);

        /// <summary>The same sums of magnitudes.</summary>
        public double[][] Magnitudes() => Of(Math.Abs);

        private double[][] Of(Converter<double, double> factor)
        {
            double[] Factors(float[] values) => Array.ConvertAll(values.ToDouble(), factor);
            (double[] input, double[] weights, double[] gradient) = (Factors(x), Factors(weight), Factors(dY));
            (double[] ofX, double[] ofWeight) = ConvolutionReference.Gradients(shape, input, weights, gradient);
            double[] ofBias = new double[shape.Filters];
            for (int i = 0; i < gradient.Length; i++)
            {
                ofBias[i / shape.OutputLength % shape.Filters] += gradient[i];
            }

            return [ConvolutionReference.Convolve(shape, input, weights, Factors(bias)), ofX, ofWeight, ofBias];
        }
    }
}
