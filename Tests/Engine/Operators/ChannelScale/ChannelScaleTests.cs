using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class ChannelScaleTests
{
    public static TheoryData<string, (int Rows, int Length)> Shapes =>
        TestDevices.Times<(int, int)>([(6, 7), (1, 1), (15, 1), (3, 97), (2, 300), (301, 3)]);

    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ChannelScale_ForwardAndGradients_AreTheFormula(string selector, (int Rows, int Length) shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (int rows, int length) = shape;
        float[] values = Randoms.Normal(rows * length, seed: 1);
        float[] gates = Randoms.Normal(rows, seed: 2);
        float[] upstream = Randoms.Normal(rows * length, seed: 3);
        var scale = new ChannelScale(device, rows, length);
        Tensor<float> x = device.Upload<float>(new Shape(rows, length), values);
        Tensor<float> gate = device.Upload<float>(new Shape(rows), gates);
        Tensor<float> y = device.Allocate<float>(new Shape(rows, length));
        Tensor<float> dY = device.Upload<float>(new Shape(rows, length), upstream);
        Tensor<float> dX = device.Upload<float>(new Shape(rows, length), values);
        Tensor<float> dGate = device.Upload<float>(new Shape(rows), gates);
        double[][] inputs = [values.ToDouble(), gates.ToDouble()];

        scale.Forward(x, gate, y);
        scale.Backward(x, gate, dY, dX, dGate);

        Closeness.Close("y", y.ToArray().ToDouble(), Reference(inputs), 1e-6, rows, length);
        GradientCheck.Of("channel scale", Reference, inputs, 0, upstream.ToDouble(), dX.ToArray());
        GradientCheck.Of("channel scale", Reference, inputs, 1, upstream.ToDouble(), dGate.ToArray());

        double[] Reference(double[][] of) => [.. of[0].Select((value, i) => value * of[1][i / length])];
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void ChannelScale_Backward_LeavesOutWhatNobodyNeeds_AndDxMayBeDy(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Shape(2, 3, 50);
        var scale = new ChannelScale(device, 6, 50);
        Tensor<float> x = device.Upload<float>(shape, Randoms.Normal(shape.Length, seed: 1));
        Tensor<float> gate = device.Upload<float>(new Shape(2, 3), Randoms.Normal(6, seed: 2));
        float[] upstream = Randoms.Normal(shape.Length, seed: 3);
        Tensor<float> dY = device.Upload<float>(shape, upstream);
        Tensor<float> dX = device.Allocate<float>(shape);
        Tensor<float> dGate = device.Allocate<float>(new Shape(2, 3));
        scale.Backward(x, gate, dY, dX, dGate);
        float[] ofInput = dX.ToArray();
        float[] ofGate = dGate.ToArray();
        dX.Clear();
        dGate.Clear();

        scale.Backward(x, gate, dY, dX, dGate: null);
        scale.Backward(x, gate, dY, dX: null, dGate);
        Assert.Equal(ofInput, dX.ToArray());
        Assert.Equal(ofGate, dGate.ToArray());
        Assert.Equal(upstream, dY.ToArray());

        dGate.Clear();
        scale.Backward(x, gate, dY, dY, dGate);
        Assert.Equal(ofInput, dY.ToArray());
        Assert.Equal(ofGate, dGate.ToArray());
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void ChannelScale_NotANumber_PassesAGateOfZero(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> y = device.Allocate<float>(new Shape(2, 2));

        new ChannelScale(device, 2, 2).Forward(
            device.Upload<float>(new Shape(2, 2), [1, float.NaN, 2, 3]), device.Upload<float>(new Shape(2), [0, 2]), y);

        Assert.Equal([0, float.NaN, 4, 6], y.ToArray());
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void ChannelScale_LongRows_SumWithoutLosingDigits(string selector)
    {
        const int Length = 50_001;
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(Length, seed: 1);
        float[] upstream = Randoms.Normal(Length, seed: 2);
        Tensor<float> dGate = device.Allocate<float>(new Shape(1));

        new ChannelScale(device, 1, Length).Backward(
            device.Upload<float>(new Shape(Length), values), device.Upload<float>(new Shape(1), [1]),
            device.Upload<float>(new Shape(Length), upstream), dX: null, dGate);

        double expected = values.Zip(upstream, (a, b) => (double)a * b).Sum();
        Assert.Equal(expected, dGate.ToArray()[0], 1e-5 * Math.Sqrt(Length));
    }

    [Fact]
    public void ChannelScale_ShapesThatAreNone_AreRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");

        Assert.Throws<ArgumentOutOfRangeException>(() => new ChannelScale(device, 0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChannelScale(device, 4, 0));
        Assert.Throws<ArgumentException>(() => new ChannelScale(device, 100_000, 100_000));
        Tensor<float> four = device.Allocate<float>(new Shape(4));
        Assert.Throws<ArgumentException>(() => new ChannelScale(device, 2, 2).Forward(four, four, four));
    }
}
