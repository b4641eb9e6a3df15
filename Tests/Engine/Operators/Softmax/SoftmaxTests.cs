using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class SoftmaxTests
{
    public static TheoryData<string, (int Rows, int Classes)> Shapes =>
        TestDevices.TimesRungs<(int, int)>(
            "softmax", [(1, 1), (1, 2), (5, 10), (3, 17), (64, 12), (2, 300), (30, 3)],
            bigCases: [(300, 3), (1000, 35), (70, 1500)]);

    public static TheoryData<string, (int Rows, int Classes)> SmallShapes =>
        TestDevices.TimesRungs<(int, int)>("softmax", [(1, 1), (1, 2), (5, 10), (3, 20), (70, 3)]);

    public static TheoryData<string> Devices => TestDevices.EveryRung("softmax");

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Softmax_Forward_GivesProbabilities(string selector, (int Rows, int Classes) shape) => CheckForward(
        selector, shape, device => new Softmax(device, shape.Rows, shape.Classes).Forward, Reference);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void LogSoftmax_Forward_GivesLogarithmsOfProbabilities(string selector, (int Rows, int Classes) shape) =>
        CheckForward(
            selector, shape, device => new LogSoftmax(device, shape.Rows, shape.Classes).Forward, LogReference);

    [Theory]
    [MemberData(nameof(SmallShapes))]
    public void Softmax_Gradient_MatchesFiniteDifferences(string selector, (int Rows, int Classes) shape) =>
        CheckGradient(
            selector, shape,
            device =>
            {
                var softmax = new Softmax(device, shape.Rows, shape.Classes);
                return (softmax.Forward, softmax.Backward);
            },
            Reference);

    [Theory]
    [MemberData(nameof(SmallShapes))]
    public void LogSoftmax_Gradient_MatchesFiniteDifferences(string selector, (int Rows, int Classes) shape) =>
        CheckGradient(
            selector, shape,
            device =>
            {
                var softmax = new LogSoftmax(device, shape.Rows, shape.Classes);
                return (softmax.Forward, softmax.Backward);
            },
            LogReference);

    [Theory]
    [MemberData(nameof(Devices))]
    public void Softmax_ExtremeLogits_StayFinite(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Shape(3, 3);
        Tensor<float> x = device.Upload<float>(shape, [1e4f, -1e4f, 1e4f, -1e4f, -1e4f, -1e4f, -1e4f, 0, 1e4f]);
        Tensor<float> y = device.Allocate<float>(shape);

        new Softmax(device, 3, 3).Forward(x, y);
        const float Third = 1f / 3;
        Closeness.Close("softmax", y.ToArray(), [0.5f, 0, 0.5f, Third, Third, Third, 0, 0, 1], 1e-6, 3, 3);

        new LogSoftmax(device, 3, 3).Forward(x, y);
        float half = -MathF.Log(2);
        float third = -MathF.Log(3);
        Closeness.Close(
            "log softmax", y.ToArray(), [half, -2e4f + half, half, third, third, third, -2e4f, -1e4f, 0], 1e-6, 3, 3);
    }

    private static void CheckForward(
        string selector, (int Rows, int Classes) shape,
        Func<ComputeDevice, Action<Tensor<float>, Tensor<float>>> forwardOn, Func<double[], int, double[]> reference)
    {
        (Tensor<float> x, float[] values) = Logits(selector, shape, 3);

        forwardOn(x.Device)(x, x);

        double[] expected = reference(values.ToDouble(), shape.Classes);
        Closeness.Close("y", x.ToArray().ToDouble(), expected, 2e-6, shape.Rows, shape.Classes);
    }

    private static void CheckGradient(
        string selector, (int Rows, int Classes) shape,
        Func<ComputeDevice, (Action<Tensor<float>, Tensor<float>> Forward,
            Action<Tensor<float>, Tensor<float>, Tensor<float>> Backward)> plan,
        Func<double[], int, double[]> reference)
    {
        (Tensor<float> x, float[] values) = Logits(selector, shape, 1);
        float[] upstream = Randoms.Normal(x.Length, seed: 2);
        Tensor<float> y = x.Device.Allocate<float>(x.Shape);
        Tensor<float> gradient = x.Device.Upload<float>(x.Shape, upstream);
        var softmax = plan(x.Device);

        softmax.Forward(x, y);
        softmax.Backward(y, gradient, gradient);

        GradientCheck.Of(
            "y", inputs => reference(inputs[0], shape.Classes), [values.ToDouble()], 0, upstream.ToDouble(),
            gradient.ToArray());
    }

    private static (Tensor<float> X, float[] Values) Logits(
        string selector, (int Rows, int Classes) shape, double scale)
    {
        float[] values = Randoms.Normal(shape.Rows * shape.Classes, seed: shape.Rows + shape.Classes, scale);
        return (TestDevices.Get(selector).Upload<float>(new Shape(shape.Rows, shape.Classes), values), values);
    }

    private static double[] Reference(double[] x, int classes) =>
        Array.ConvertAll(LogReference(x, classes), Math.Exp);

    private static double[] LogReference(double[] x, int classes) =>
        [.. x.Chunk(classes).SelectMany(row => row.Select(value => value - Math.Log(row.Sum(Math.Exp))))];
}
