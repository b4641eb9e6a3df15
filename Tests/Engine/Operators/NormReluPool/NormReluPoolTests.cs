using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class NormReluPoolTests
{
    /// <summary>Windows that end with a row and do not, rows shorter and longer than vectors, copied or in place.</summary>
    public static TheoryData<string, (BatchNormShape Shape, int Window)> Cases => TestDevices.Times(
        new (BatchNormShape, int)[]
        {
            (new(5, 3, 8), 2), (new(4, 2, 33), 2), (new(3, 2, 70), 2), (new(2, 2, 300), 2), (new(1, 3, 41), 2),
            (new(5, 3, 8), 4), (new(3, 2, 67), 4), (new(2, 2, 301), 4), (new(4, 2, 64), 4), (new(2, 3, 20), 3),
            (new(2, 2, 7), 7), (new(3, 2, 5), 1), (new(1, 2, 90), 5),
        });

    [Theory]
    [MemberData(nameof(Cases))]
    public void NormReluPool_IsTheOperatorsOneAfterTheOther(string selector, (BatchNormShape Shape, int Window) one)
    {
        var run = new Run(TestDevices.Get(selector), one.Shape, one.Window, seed: 1);

        run.Fused();
        run.Apart();

        Near.All("y", run.YApart.ToArray(), run.Y.ToArray(), 1e-5);
        Near.All("dX", run.DXApart.ToArray(), run.DX.ToArray(), 2e-5);
        for (int i = 0; i < run.ParametersApart.Length; i++)
        {
            Near.All($"[{i}]", run.ParametersApart[i].ToArray(), run.Parameters[i].ToArray(), 2e-5);
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void NormReluPool_GradientsOfParameters_Accumulate(string selector)
    {
        var run = new Run(TestDevices.Get(selector), new BatchNormShape(3, 2, 9), 2, seed: 2);
        run.Fused();
        float[][] once = [.. run.Gradients.Select(gradient => gradient.ToArray())];

        run.FusedBackward();

        for (int i = 0; i < once.Length; i++)
        {
            Near.All($"[{i}]", Array.ConvertAll(once[i], value => 2 * value), run.Gradients[i].ToArray(), 1e-5);
        }
    }

    /// <summary>Equal maxima: the first takes the gradient; where none is above 0, nobody does.</summary>
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void NormReluPool_OfEqualMaxima_HandsTheGradientToTheFirst(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] x = new float[160];
        for (int i = 0; i < x.Length; i += 4)
        {
            (x[i], x[i + 1], x[i + 2], x[i + 3]) = (i % 8 == 0 ? (-1, 3, 3, -5) : (-1f, -1f, -2f, -1f));
        }

        foreach (int window in (int[])[2, 4])
        {
            var run = new Run(device, new BatchNormShape(1, 1, x.Length), window, seed: 3, x);
            run.Fused();
            run.Apart();
            Assert.Equal(run.YApart.ToArray(), run.Y.ToArray());
            Near.All($"dX, windows of {window}", run.DXApart.ToArray(), run.DX.ToArray(), 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void NormReluPool_OfAChannelWithNaN_IsNaN(string selector)
    {
        float[] x = Randoms.Normal(2 * 2 * 40, seed: 4);
        x[5] = float.NaN;
        var run = new Run(TestDevices.Get(selector), new BatchNormShape(2, 2, 40), 2, seed: 4, x);

        run.Fused();

        float[] y = run.Y.ToArray();
        Assert.All(y[..20], value => Assert.True(float.IsNaN(value)));
        Assert.All(y[20..40], value => Assert.False(float.IsNaN(value)));
        Assert.All(run.DX.ToArray()[..40], value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void NormReluPool_AnyNumberOfWorkers_GivesTheSameBits() => SameBits.ForAnyNumberOfWorkers(device =>
    {
        var run = new Run(device, new BatchNormShape(7, 13, 51), 2, seed: 5);
        run.Fused();
        return [run.Y.ToArray(), run.DX.ToArray(), .. run.Parameters.Select(one => one.ToArray())];
    });

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void NormReluPool_WindowsThatDoNotFit_AreRefused(int window) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new NormReluPool(TestDevices.Get("cpu"), new BatchNormShape(2, 3, 9), window));

    /// <summary>The fused operator and the three, over tensors of the same random values.</summary>
    private sealed class Run
    {
        private readonly NormReluPool fused;
        private readonly BatchNorm1d norm;
        private readonly MaxPool1d pool;
        private readonly Tensor<float> x;
        private readonly Tensor<float> gamma;
        private readonly Tensor<float> beta;
        private readonly Tensor<float> dY;
        private readonly Tensor<float> statistics;
        private readonly Tensor<float> statisticsApart;
        private readonly Tensor<float> h;
        private readonly Tensor<float> dH;
        private readonly Tensor<int> argMax;

        public Run(ComputeDevice device, BatchNormShape shape, int window, int seed, float[]? values = null)
        {
            fused = new NormReluPool(device, shape, window);
            norm = new BatchNorm1d(device, shape, relu: true);
            pool = new MaxPool1d(
                device, new Pool1dShape(shape.Batch, shape.Channels, shape.Length, window, window));
            x = device.Upload<float>(shape.Values, values ?? Randoms.Normal(shape.Values.Length, seed));
            gamma = device.Upload<float>(
                shape.PerChannel, Array.ConvertAll(Randoms.Normal(shape.Channels, seed + 1), v => 1 + (v / 4)));
            beta = device.Upload<float>(shape.PerChannel, Randoms.Normal(shape.Channels, seed + 2));
            dY = device.Upload<float>(fused.Output, Randoms.Normal(fused.Output.Length, seed + 3));
            (statistics, statisticsApart) =
                (device.Allocate<float>(shape.Statistics), device.Allocate<float>(shape.Statistics));
            (Y, YApart) = (device.Allocate<float>(fused.Output), device.Allocate<float>(fused.Output));
            (DX, DXApart) = (device.Allocate<float>(shape.Values), device.Allocate<float>(shape.Values));
            (h, dH) = (device.Allocate<float>(shape.Values), device.Allocate<float>(shape.Values));
            argMax = device.Allocate<int>(fused.Output);
            Parameters = [.. Enumerable.Range(0, 4).Select(_ => device.Allocate<float>(shape.PerChannel)), statistics];
            ParametersApart =
                [.. Enumerable.Range(0, 4).Select(_ => device.Allocate<float>(shape.PerChannel)), statisticsApart];
        }

        public Tensor<float> Y { get; }

        public Tensor<float> YApart { get; }

        public Tensor<float> DX { get; }

        public Tensor<float> DXApart { get; }

        /// <summary>Running mean and variance, dGamma, dBeta, statistics.</summary>
        public Tensor<float>[] Parameters { get; }

        public Tensor<float>[] ParametersApart { get; }

        public Tensor<float>[] Gradients => Parameters[2..4];

        public void Fused()
        {
            fused.Train(x, gamma, beta, Parameters[0], Parameters[1], statistics, Y);
            FusedBackward();
        }

        public void FusedBackward() =>
            fused.Backward(x, gamma, beta, statistics, dY, Parameters[2], Parameters[3], DX);

        public void Apart()
        {
            norm.Train(x, gamma, beta, ParametersApart[0], ParametersApart[1], statisticsApart, h);
            pool.Forward(h, YApart, argMax);
            pool.Backward(dY, argMax, dH);
            norm.Backward(
                x, gamma, beta, statisticsApart, dH, ParametersApart[2], ParametersApart[3], DXApart);
        }
    }
}
