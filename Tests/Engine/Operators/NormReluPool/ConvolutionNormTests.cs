using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>A convolution and its normalisation as phases of one launch, against the two launches apart.</summary>
public sealed class ConvolutionNormTests
{
    /// <summary>Convolutions, and windows: a channel in one part and in several, tiles that end early.</summary>
    public static TheoryData<string, Conv1dShape, int> Cases
    {
        get
        {
            TheoryData<string, Conv1dShape, int> rows = [];
            foreach (string rung in new[] { "conv1d=3", "conv1d=4" })
            {
                rows.Add($"ptx {rung}", new Conv1dShape(3, 5, 40, 70, 3, Padding: 1), 2);
                rows.Add($"ptx {rung}", new Conv1dShape(13, 4, 61, 16, 3, Padding: 1), 1);
                rows.Add($"ptx {rung}", new Conv1dShape(13, 4, 61, 16, 4, Stride: 1), 3);
                rows.Add($"ptx {rung}", new Conv1dShape(20, 8, 103, 12, 2, Groups: 1), 4);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ConvolutionWithItsNormalisation_IsTheTwoApart_InAnyOrderOfGroups(
        string selector, Conv1dShape shape, int window)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[][] apart = new Run(device, shape, window).Apart();
        var together = new Run(device, shape, window);
        float[][] once = together.Together();
        long launches = device.Launches;
        float[][] twice = together.Together();
        device.Machine!.RunsBackwards = true;
        try
        {
            float[][] backwards = new Run(device, shape, window).Together();

            Assert.Equal(1, device.Launches - launches - 1);
            Assert.Equal(apart[0], once[0]);
            Near.All("statistics", apart[1], once[1], 1e-5);
            Near.All("y", apart[2], once[2], 1e-5);
            Near.All("running mean", apart[3], once[3], 1e-5);
            Near.All("running variance", apart[4], once[4], 1e-5);
            Assert.Equal(once[2], twice[2]);
            Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(once[i], backwards[i]));
        }
        finally
        {
            device.Machine.RunsBackwards = false;
        }
    }

    /// <summary>Where groups run side by side they wait for each other, in whatever order they begin.</summary>
    public static TheoryData<string> Devices =>
        [.. TestDevices.Portable(selector => !selector.StartsWith("opencl", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Devices))]
    public void ConvolutionWithItsNormalisation_OnEveryDevice_IsTheTwoApart(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Conv1dShape(13, 4, 61, 9, 3, Padding: 1);
        float[][] apart = new Run(device, shape, window: 2).Apart();
        float[][] together = new Run(device, shape, window: 2).Together();

        Assert.All(Enumerable.Range(0, 5), i => Near.All($"tensor {i}", apart[i], together[i], 1e-5));
    }

    /// <summary>
    /// Convolutions by every plan of the host, whole rows and pieces of long ones, several clips side by side, rows
    /// shorter than any vector.
    /// </summary>
    public static TheoryData<Conv1dShape, int> HostCases => new()
    {
        { new Conv1dShape(13, 16, 50, 24, 3, Padding: 1), 2 },
        { new Conv1dShape(6, 16, 27, 17, 4), 1 },
        { new Conv1dShape(5, 4, 61, 9, 3, Padding: 1), 1 },
        { new Conv1dShape(3, 8, 103, 8, 9, Padding: 4, Groups: 8), 4 },
        { new Conv1dShape(2, 3, 5000, 3, 5, Padding: 2, Groups: 3), 2 },
        { new Conv1dShape(2, 16, 1300, 16, 3, Padding: 1), 2 },
        { new Conv1dShape(2, 3, 2500, 5, 7, Stride: 2), 3 },
        { new Conv1dShape(6, 3, 5, 4, 3), 1 },
    };

    [Theory]
    [MemberData(nameof(HostCases))]
    public void ConvolutionWithItsNormalisation_OnTheHost_IsTheTwoApart_ForAnyNumberOfWorkers(
        Conv1dShape shape, int window)
    {
        float[][] apart = new Run(TestDevices.Get("cpu"), shape, window, bias: true).Apart();
        float[][] together = new Run(TestDevices.Get("cpu"), shape, window, bias: true).Together();

        Assert.Equal(apart[0], together[0]);
        Assert.All(Enumerable.Range(1, 4), i => Near.All($"tensor {i}", apart[i], together[i], 1e-5));
        SameBits.ForAnyNumberOfWorkers(device => new Run(device, shape, window, bias: true).Together());
        SameBits.ForAnyNumberOfWorkers(device => new Run(device, shape, window, bias: true).Apart());
    }

    /// <summary>A bias that is much more than what it is added to costs no digit but those of the sums.</summary>
    [Fact]
    public void ConvolutionWithItsNormalisation_OnTheHost_OfALargeBias_HasTheMomentsOfWhatIsStored()
    {
        var shape = new Conv1dShape(13, 16, 50, 24, 3, Padding: 1);
        float[][] results = new Run(TestDevices.Get("cpu"), shape, window: 2, bias: true, scale: 1e5f).Together();
        double[][] stored = new double[shape.Filters][];
        for (int filter = 0; filter < shape.Filters; filter++)
        {
            stored[filter] =
            [
                .. Enumerable.Range(0, shape.Batch).SelectMany(clip => results[0]
                    .Skip(((clip * shape.Filters) + filter) * shape.OutputLength).Take(shape.OutputLength)
                    .Select(value => (double)value)),
            ];
        }

        double[] expected =
        [
            .. stored.Select(row => row.Average()),
            .. stored.Select(row => 1 / Math.Sqrt(row.Average(v => Math.Pow(v - row.Average(), 2)) + 1e-5)),
        ];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(results[1][i] / expected[i], 1 - 1e-6, 1 + 1e-6);
        }
    }

    [Fact]
    public void NormReluPool_TakesNoConvolution_OfAnotherOutput()
    {
        var shape = new Conv1dShape(2, 3, 20, 8, 3, Padding: 1);
        ComputeDevice ptx = TestDevices.Get("ptx");
        ComputeDevice cpu = TestDevices.Get("cpu");

        Assert.True(Norm(ptx, 8).Takes(new Conv1d(ptx, shape)));
        Assert.False(Norm(ptx, 9).Takes(new Conv1d(ptx, shape)));
        Assert.True(Norm(cpu, 8).Takes(new Conv1d(cpu, shape)));
        Assert.False(Norm(cpu, 9).Takes(new Conv1d(cpu, shape)));

        static NormReluPool Norm(ComputeDevice device, int channels) =>
            new(device, new BatchNormShape(2, channels, 20), window: 2);
    }

    private sealed class Run
    {
        private readonly Conv1d conv;
        private readonly NormReluPool norm;
        private readonly Tensor<float> x;
        private readonly Tensor<float> weight;
        private readonly Tensor<float>? bias;
        private readonly Tensor<float> raw;
        private readonly Tensor<float> gamma;
        private readonly Tensor<float> beta;
        private readonly Tensor<float> mean;
        private readonly Tensor<float> variance;
        private readonly Tensor<float> statistics;
        private readonly Tensor<float> y;

        public Run(ComputeDevice device, Conv1dShape shape, int window, bool bias = false, float scale = 1)
        {
            conv = new Conv1d(device, shape);
            norm = new NormReluPool(
                device, new BatchNormShape(shape.Batch, shape.Filters, shape.OutputLength), window);
            float[] values = Array.ConvertAll(Randoms.Normal(shape.Input.Length, seed: 1), v => v + 3);
            x = device.Upload<float>(shape.Input, values);
            weight = device.Upload<float>(shape.Weight, Randoms.Normal(shape.Weight.Length, seed: 2));
            float[] biases = Array.ConvertAll(Randoms.Normal(shape.Filters, seed: 7), value => scale * value);
            this.bias = bias ? device.Upload<float>(shape.Bias, biases) : null;
            raw = device.Allocate<float>(shape.Output);
            var channels = new Shape(shape.Filters);
            gamma = device.Upload<float>(channels, Randoms.Normal(shape.Filters, seed: 3));
            beta = device.Upload<float>(channels, Randoms.Normal(shape.Filters, seed: 4));
            mean = device.Upload<float>(channels, Randoms.Normal(shape.Filters, seed: 5));
            variance = device.Upload<float>(channels, Randoms.Normal(shape.Filters, seed: 6));
            statistics = device.Allocate<float>(new Shape(2, shape.Filters));
            y = device.Allocate<float>(norm.Output);
        }

        public float[][] Apart()
        {
            conv.Forward(x, weight, bias, raw);
            norm.Train(raw, gamma, beta, mean, variance, statistics, y);
            return Results();
        }

        public float[][] Together()
        {
            norm.Train(conv, x, weight, bias, raw, gamma, beta, mean, variance, statistics, y);
            return Results();
        }

        private float[][] Results() =>
            [raw.ToArray(), statistics.ToArray(), y.ToArray(), mean.ToArray(), variance.ToArray()];
    }
}
