using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class SigmoidTests
{
    public static TheoryData<string, int> Lengths => TestDevices.Times([1, 7, 8, 33, 1000, 20_000]);

    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sigmoid_Forward_IsTheLogisticFunction(string selector, int length)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(length, seed: length, scale: 5);
        Tensor<float> x = device.Upload<float>(new Shape(length), values);

        new Activation<Sigmoid>(device, length).Forward(x, x);

        Closeness.Close("sigmoid", x.ToArray().ToDouble(), Reference(values.ToDouble()), 1e-6, length);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sigmoid_Gradient_MatchesFiniteDifferences(string selector, int length)
    {
        ComputeDevice device = TestDevices.Get(selector);
        length = Math.Min(length, 300);
        float[] values = Randoms.Normal(length, seed: length, scale: 2);
        float[] upstream = Randoms.Normal(length, seed: length + 1);
        var sigmoid = new Activation<Sigmoid>(device, length);
        Tensor<float> x = device.Upload<float>(new Shape(length), values);
        Tensor<float> y = device.Allocate<float>(new Shape(length));
        Tensor<float> gradient = device.Upload<float>(new Shape(length), upstream);

        sigmoid.Forward(x, y);
        sigmoid.Backward(y, gradient, gradient);

        GradientCheck.Of(
            "sigmoid", inputs => Reference(inputs[0]), [values.ToDouble()], 0, upstream.ToDouble(), gradient.ToArray());
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Sigmoid_ExtremeInputs_SaturateAndStayFinite(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> x = device.Upload<float>(new Shape(6), [-1e4f, -200, -90, 90, 200, 1e4f]);
        Tensor<float> y = device.Allocate<float>(new Shape(6));
        Tensor<float> dX = device.Upload<float>(new Shape(6), [1, 1, 1, 1, 1, 1]);
        var sigmoid = new Activation<Sigmoid>(device, 6);

        sigmoid.Forward(x, y);
        sigmoid.Backward(y, dX, dX);

        Closeness.Close("sigmoid", y.ToArray(), [0, 0, 0, 1, 1, 1], 1e-6, 6);
        Closeness.Close("its gradient", dX.ToArray(), new float[6], 1e-6, 6);
    }

    [Fact]
    public void Sigmoid_TensorOfAnotherLength_IsRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Assert.Throws<ArgumentException>(() => new Activation<Sigmoid>(device, 4).Forward(
            device.Allocate<float>(new Shape(4)), device.Allocate<float>(new Shape(5))));
    }

    private static double[] Reference(double[] x) => Array.ConvertAll(x, v => 1 / (1 + Math.Exp(-v)));
}
