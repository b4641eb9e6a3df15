using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class ReluTests
{
    public static TheoryData<string, int> Lengths => TestDevices.Times([1, 7, 8, 33, 1000, 20_000]);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Relu_Forward_IsTheMaximumWithZero(string selector, int length)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(length, seed: length);
        values[length / 2] = length > 1 ? float.NaN : 1;
        Tensor<float> x = device.Upload<float>(new Shape(length), values);
        Tensor<float> y = device.Allocate<float>(new Shape(length));

        new Activation<Relu>(device, length).Forward(x, y);

        Assert.Equal(Array.ConvertAll(values, v => Math.Max(v, 0)), y.ToArray());
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Relu_Gradient_MatchesFiniteDifferences(string selector, int length)
    {
        ComputeDevice device = TestDevices.Get(selector);
        length = Math.Min(length, 1000);
        float[] values = Randoms.Normal(length, seed: length);
        float[] upstream = Randoms.Normal(length, seed: length + 1);
        var relu = new Activation<Relu>(device, length);
        Tensor<float> x = device.Upload<float>(new Shape(length), values);
        Tensor<float> dY = device.Upload<float>(new Shape(length), upstream);
        Tensor<float> dX = device.Allocate<float>(new Shape(length));

        relu.Forward(x, x);
        relu.Backward(x, dY, dX);

        GradientCheck.Of(
            "relu", inputs => Array.ConvertAll(inputs[0], v => Math.Max(v, 0)), [values.ToDouble()], 0,
            upstream.ToDouble(), dX.ToArray());
    }
}
