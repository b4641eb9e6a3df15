using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class PointwiseActivationTests
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

    [Theory]
    [MemberData(nameof(Kinds))]
    public void PointwiseActivation_ForwardAndGradient_MatchTheFormulaAndFiniteDifferences(
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
        var activation = new PointwiseActivation(device, values.Length, kind, Slope);

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
    public void PointwiseActivation_ForwardAndBackward_AgreeWithPyTorch(
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
        var activation = new PointwiseActivation(
            device, shape.Length, byTanh ? ActivationKind.GeluTanh : one.Kind, slope);
        Tensor<float> x = device.Upload<float>(shape, input.Values);
        Tensor<float> y = device.Allocate<float>(shape);
        Tensor<float> dX = device.Allocate<float>(shape);

        activation.Forward(x, y);
        activation.Backward(x, device.Upload<float>(shape, golden.Floats("grad_output").Values), dX);

        Closeness.Close(golden.Floats("output"), y.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("grad_input"), dX.ToArray(), 2e-5);
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
}
