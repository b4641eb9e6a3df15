using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class ActivationTests
{
    public static TheoryData<string, ActivationKind> Kinds =>
        TestDevices.Times(Enum.GetValues<ActivationKind>());

    public static TheoryData<string, (string File, ActivationKind Kind, float Slope)> Files => TestDevices.Times(
        new (string, ActivationKind, float)[]
        {
            ("layer-leaky_relu", ActivationKind.LeakyRelu, 0.01f),
            ("layer-elu", ActivationKind.Elu, 1),
            ("layer-gelu", ActivationKind.Gelu, 0),
            ("layer-silu", ActivationKind.Silu, 0),
            ("layer-tanh", ActivationKind.Tanh, 0),
        }.SelectMany(one => GoldenFolder.Names(one.Item1).Select(name => (name, one.Item2, one.Item3))));

    [Fact]
    public void Activation_HostVectors_GiveTheBitsOfTheFunction()
    {
        VectorsGiveTheBits<LeakyRelu>();
        VectorsGiveTheBits<Elu>();
        VectorsGiveTheBits<Gelu>();
        VectorsGiveTheBits<GeluTanh>();
        VectorsGiveTheBits<Silu>();
        VectorsGiveTheBits<Tanh>();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Activation_ForwardAndGradient_MatchTheFormulaAndFiniteDifferences(
        string selector, ActivationKind kind)
    {
        const float Slope = 0.3f;
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = [.. Randoms.Normal(200, seed: 1, scale: 2), -30, -8, 8, 30, 1e-4f, -1e-4f];
        float[] upstream = Randoms.Normal(values.Length, seed: 2);
        var shape = new Shape(values.Length);
        Tensor<float> x = device.Upload<float>(shape, values);
        Tensor<float> y = device.Allocate<float>(shape);
        Tensor<float> gradient = device.Upload<float>(shape, upstream);
        var activation = Activation.Of(device, values.Length, kind, Slope);

        activation.Forward(x, y);
        activation.Backward(x, gradient, gradient);

        Closeness.Close($"{kind}", y.ToArray().ToDouble(), Reference([values.ToDouble()]), 1e-6, values.Length);
        GradientCheck.Of(
            $"{kind}", Reference, [values.ToDouble()], 0, upstream.ToDouble(), gradient.ToArray(), tolerance: 2e-5);

        double[] Reference(double[][] inputs) => Array.ConvertAll(inputs[0], v => kind switch
        {
            ActivationKind.LeakyRelu => v > 0 ? v : Slope * v,
            ActivationKind.Elu => v > 0 ? v : Slope * (Math.Exp(v) - 1),
            ActivationKind.Gelu => v * Normal(v),
            ActivationKind.GeluTanh => v / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))),
            ActivationKind.Silu => v / (1 + Math.Exp(-v)),
            _ => Math.Tanh(v),
        });
    }

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public void Activation_ForwardAndBackward_AgreeWithPyTorch(
        string selector, (string File, ActivationKind Kind, float Slope) one)
    {
        GoldenFile golden = GoldenFolder.Open(one.File);
        ComputeDevice device = TestDevices.Get(selector);
        GoldenTensor<float> input = golden.Floats("input");
        var shape = new Shape(input.Values.Length);
        float slope = golden.Config.TryGetProperty("negative_slope", out var given) ||
            golden.Config.TryGetProperty("alpha", out given) ? given.GetSingle() : one.Slope;
        bool byTanh = golden.Config.TryGetProperty("approximate", out var approximate) &&
            approximate.GetString() == "tanh";
        var activation = Activation.Of(
            device, shape.Length, byTanh ? ActivationKind.GeluTanh : one.Kind, slope);
        Tensor<float> x = device.Upload<float>(shape, input.Values);
        Tensor<float> y = device.Allocate<float>(shape);
        Tensor<float> dX = device.Allocate<float>(shape);

        activation.Forward(x, y);
        activation.Backward(x, device.Upload<float>(shape, golden.Floats("grad_output").Values), dX);

        Closeness.Close(golden.Floats("output"), y.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("grad_input"), dX.ToArray(), 2e-5);
    }

    /// <summary>
    /// Near 0, where e^x - 1 would lose all digits, and in the tails, where 1 - e^x would.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Activation_AnySize_IsWithinAFewUnitsInTheLastPlace(string selector, string name)
    {
        ComputeDevice device = TestDevices.Get(selector);
        List<float> sizes = [];
        for (double size = 1e-38; size < 1e2; size *= 1.31)
        {
            sizes.Add((float)size);
        }

        float[] values = [.. sizes, .. sizes.Select(size => -size)];
        Tensor<float> x = device.Upload<float>(new Shape(values.Length), values);
        Plan(device, values.Length, name).Forward(x, x);
        float[] got = x.ToArray();
        for (int i = 0; i < got.Length; i++)
        {
            double expected = Reference(name, values[i]);
            // An exponent of size n is rounded to n units: x^2 / 2 for gelu, the logistic function's for gelu_tanh.
            double size = Math.Abs(values[i]);
            double units = name switch
            {
                nameof(Gelu) => 8 + (size * size),
                nameof(GeluTanh) => 8 + (3 * size) + (0.15 * size * size * size),
                _ => 6,
            };
            // Below the normal range, where e^-87 is taken for 0, there are no digits.
            double floor = size < 1 ? 1.5e-45 : 2e-36;
            double allowed = units * Math.Max(Math.Pow(2, -24) * Math.Abs(expected), floor);
            Assert.True(
                Math.Abs(got[i] - expected) <= allowed,
                $"{name}({values[i]:G9}) is {got[i]:G9}, expected {expected:G9}");
        }
    }

    public static TheoryData<string, string> Names => TestDevices.Times<string>(
        [.. Enum.GetNames<ActivationKind>(), nameof(Relu), nameof(Sigmoid)]);

    private static Activation Plan(ComputeDevice device, int length, string name) => name switch
    {
        nameof(Relu) => new Activation<Relu>(device, length),
        nameof(Sigmoid) => new Activation<Sigmoid>(device, length),
        _ => Activation.Of(device, length, Enum.Parse<ActivationKind>(name)),
    };

    private static double Reference(string name, double x) => name switch
    {
        nameof(Relu) => Math.Max(x, 0),
        nameof(Sigmoid) => 1 / (1 + Math.Exp(-x)),
        nameof(LeakyRelu) => x > 0 ? x : 0.01f * x,
        nameof(Elu) => x > 0 ? x : ExpMinusOne(x),
        nameof(Gelu) => x * Tail(-x),
        nameof(GeluTanh) => x / (1 + Math.Exp(-2 * Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        nameof(Silu) => x / (1 + Math.Exp(-x)),
        _ => Math.Tanh(x),
    };

    private static double ExpMinusOne(double x) =>
        Math.Abs(x) < 1e-4 ? x + (x * x / 2) + (x * x * x / 6) : Math.Exp(x) - 1;

    /// <summary>The share of the normal distribution above x: a sum near 0, a continued fraction in the tail.</summary>
    private static double Tail(double x)
    {
        if (x < 2)
        {
            return 1 - Normal(x);
        }

        double fraction = x;
        for (int n = 200; n > 0; n--)
        {
            fraction = x + (n / fraction);
        }

        return Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI) / fraction;
    }

    /// <summary>The normal distribution, by Simpson's rule over its density.</summary>
    private static double Normal(double x)
    {
        const int Steps = 4000;
        double size = Math.Min(Math.Abs(x), 12);
        double h = size / Steps;
        double sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            int weight = i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.Exp(-0.5 * i * h * i * h);
        }

        double half = sum * h / 3 / Math.Sqrt(2 * Math.PI);
        return x < 0 ? 0.5 - half : 0.5 + half;
    }

    private static void VectorsGiveTheBits<TFunction>() where TFunction : struct, IActivation<TFunction>
    {
        // More than vectors of any width hold, and every kind of number among them.
        float[] x =
        [
            .. Enumerable.Range(-4000, 8001).Select(i => i * 0.025f), 0f, -0f, float.NaN, float.PositiveInfinity,
            float.NegativeInfinity, float.Epsilon, -1e-30f, 1e30f, -1e30f, 87.5f, -87.5f,
        ];
        float[] dY = [.. x.Select((_, i) => 0.5f - (i % 7))];
        float[] y = new float[x.Length];
        float[] dX = new float[x.Length];
        float slope = TFunction.DefaultSlope;

        TFunction.Forward(x, y, slope);
        TFunction.Backward(x, dY, dX, slope);

        for (int i = 0; i < x.Length; i++)
        {
            SameBits(TFunction.Forward(x[i], slope), y[i], "y", x[i]);
            SameBits(TFunction.Backward(x[i], dY[i], slope), dX[i], "dX", x[i]);
        }

        static void SameBits(float expected, float value, string what, float x) => Assert.True(
            float.IsNaN(expected)
                ? float.IsNaN(value)
                : BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(value),
            $"{typeof(TFunction).Name}: {what} of {x} is {value}, {expected} was expected");
    }
}
