using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class DenseTests
{
    public static TheoryData<string, DenseShape> Shapes => TestDevices.Times(
        new DenseShape[] { new(1, 1, 1), new(5, 33, 17), new(3, 20, 10), new(16, 16, 48), new(7, 5, 2) });

    [Fact]
    public void Dense_Operations_CountEveryWeightOfEveryExample() =>
        Assert.Equal(2L * 70_000 * 3000 * 20, new DenseShape(70_000, 3000, 20).Operations);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Dense_Forward_IsTheWeightedSumAndTheBias(string selector, DenseShape shape)
    {
        var run = new Run(selector, shape);

        run.Dense.Forward(run.X, run.Weight, run.Bias, run.Y);
        AssertClose(run.Reference(), run.Y.ToArray());

        run.Dense.ForwardRelu(run.X, run.Weight, run.Bias, run.Y);
        AssertClose(Array.ConvertAll(run.Reference(), v => Math.Max(v, 0)), run.Y.ToArray());

        Array.Clear(run.Inputs[2]);
        run.Dense.Forward(run.X, run.Weight, bias: null, run.Y);
        AssertClose(run.Reference(), run.Y.ToArray());

        run.Dense.ForwardRelu(run.X, run.Weight, bias: null, run.Y);
        AssertClose(Array.ConvertAll(run.Reference(), v => Math.Max(v, 0)), run.Y.ToArray());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Dense_GradientsOfInputWeightAndBias_MatchFiniteDifferences(string selector, DenseShape shape)
    {
        var run = new Run(selector, shape);
        Tensor<float> dX = run.Device.Upload<float>(shape.Input, Randoms.Normal(shape.Input.Length, seed: 9));
        Tensor<float> dWeight = run.Device.Allocate<float>(shape.Weight);
        Tensor<float> dBias = run.Device.Allocate<float>(shape.Bias);

        run.Dense.BackwardInput(run.DY, run.Weight, dX);
        run.Dense.BackwardWeight(run.X, run.DY, dWeight, dBias);

        float[][] gradients = [dX.ToArray(), dWeight.ToArray(), dBias.ToArray()];
        for (int which = 0; which < gradients.Length; which++)
        {
            GradientCheck.Of("dense", run.Reference, run.Inputs, which, run.Upstream, gradients[which]);
        }
    }

    /// <summary>Both products on rung 3 in one part: tiles that end with the shape or not. Then others.</summary>
    public static TheoryData<string, DenseShape> BackwardShapes => TestDevices.Times(
        new DenseShape[] { new(32, 64, 64), new(33, 130, 70), new(40, 45, 37), new(5, 33, 17), new(600, 40, 32) });

    [Theory]
    [MemberData(nameof(BackwardShapes))]
    public void Dense_BackwardAtOnce_HasTheGradientsOfThePassesApart(string selector, DenseShape shape)
    {
        var run = new Run(selector, shape);
        float[][] apart = Backward((dX, dWeight, dBias) =>
        {
            run.Dense.BackwardWeight(run.X, run.DY, dWeight, dBias);
            run.Dense.BackwardInput(run.DY, run.Weight, dX);
        });
        long launches = run.Device.Launches;
        float[][] atOnce = Backward((dX, dWeight, dBias) =>
            run.Dense.Backward(run.X, run.Weight, run.DY, dWeight, dBias, dX));

        Assert.Equal(apart[0], atOnce[0]);
        Assert.Equal(apart[1], atOnce[1]);
        Near.All("bias", apart[2], atOnce[2], 1e-5);
        if (!run.Device.IsHost && shape.Batch is > 5 and < 600)
        {
            Assert.Equal(1, run.Device.Launches - launches);
        }

        float[][] Backward(Action<Tensor<float>, Tensor<float>, Tensor<float>> pass)
        {
            Tensor<float> dX = run.Device.Upload<float>(shape.Input, Randoms.Normal(shape.Input.Length, seed: 9));
            Tensor<float> dWeight = run.Device.Upload<float>(
                shape.Weight, Randoms.Normal(shape.Weight.Length, seed: 10));
            Tensor<float> dBias = run.Device.Upload<float>(shape.Bias, Randoms.Normal(shape.Bias.Length, seed: 11));
            pass(dX, dWeight, dBias);
            return [dX.ToArray(), dWeight.ToArray(), dBias.ToArray()];
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Dense_GradientsOfParameters_AddToWhatIsThere(string selector)
    {
        DenseShape shape = new(6, 9, 21);
        var run = new Run(selector, shape);
        Tensor<float> dWeight = run.Device.Allocate<float>(shape.Weight);
        Tensor<float> dBias = run.Device.Allocate<float>(shape.Bias);

        run.Dense.BackwardWeight(run.X, run.DY, dWeight, dBias);
        double[] weightOnce = dWeight.ToArray().ToDouble();
        double[] biasOnce = dBias.ToArray().ToDouble();
        run.Dense.BackwardWeight(run.X, run.DY, dWeight, dBias);
        AssertClose(Array.ConvertAll(weightOnce, v => 2 * v), dWeight.ToArray());
        AssertClose(Array.ConvertAll(biasOnce, v => 2 * v), dBias.ToArray());

        run.Dense.BackwardWeight(run.X, run.DY, dWeight, dBias: null);
        AssertClose(Array.ConvertAll(weightOnce, v => 3 * v), dWeight.ToArray());
        AssertClose(Array.ConvertAll(biasOnce, v => 2 * v), dBias.ToArray());
    }

    [Fact]
    public void Dense_OfTheArticlesNetwork_AgreesWithFloat64()
    {
        DenseShape shape = new(64, 3072, 128);
        var run = new Run("cpu", shape);

        run.Dense.ForwardRelu(run.X, run.Weight, run.Bias, run.Y);

        double[] expected = Array.ConvertAll(run.Reference(), v => Math.Max(v, 0));
        float[] got = run.Y.ToArray();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(got[i] - expected[i]) < 1e-3, $"element {i}: got {got[i]:G9}, expected {expected[i]:G9}");
        }
    }

    private static void AssertClose(double[] expected, float[] got)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(got[i] - expected[i]) <= 1e-5 * Math.Max(1, Math.Abs(expected[i])),
                $"element {i}: got {got[i]:G9}, the float64 reference gives {expected[i]:G9}");
        }
    }

    /// <summary>A layer with random operands, and its formula in float64 over (x, W, bias).</summary>
    private sealed class Run
    {
        private readonly DenseShape shape;

        public Run(string selector, DenseShape shape)
        {
            this.shape = shape;
            Device = TestDevices.Get(selector);
            Dense = new Dense(Device, shape);
            float[] x = Randoms.Normal(shape.Input.Length, seed: 1);
            float[] weight = Randoms.Normal(shape.Weight.Length, seed: 2);
            float[] bias = Randoms.Normal(shape.Bias.Length, seed: 3);
            float[] upstream = Randoms.Normal(shape.Output.Length, seed: 4);
            Inputs = [x.ToDouble(), weight.ToDouble(), bias.ToDouble()];
            Upstream = upstream.ToDouble();
            X = Device.Upload<float>(shape.Input, x);
            Weight = Device.Upload<float>(shape.Weight, weight);
            Bias = Device.Upload<float>(shape.Bias, bias);
            DY = Device.Upload<float>(shape.Output, upstream);
            Y = Device.Allocate<float>(shape.Output);
        }

        public ComputeDevice Device { get; }

        public Dense Dense { get; }

        public double[][] Inputs { get; }

        public double[] Upstream { get; }

        public Tensor<float> X { get; }

        public Tensor<float> Weight { get; }

        public Tensor<float> Bias { get; }

        public Tensor<float> Y { get; }

        public Tensor<float> DY { get; }

        public double[] Reference() => Reference(Inputs);

        public double[] Reference(double[][] inputs)
        {
            double[] y = new double[shape.Output.Length];
            for (int i = 0; i < y.Length; i++)
            {
                int example = i / shape.Outputs;
                int output = i % shape.Outputs;
                y[i] = inputs[2][output];
                for (int input = 0; input < shape.Inputs; input++)
                {
                    y[i] += inputs[0][(example * shape.Inputs) + input] * inputs[1][(output * shape.Inputs) + input];
                }
            }

            return y;
        }
    }
}
