using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class AddTests
{
    public static TheoryData<string, int> Lengths => TestDevices.Times([1, 7, 8, 33, 1000, 20_001]);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Add_Forward_IsTheSum_AlsoInPlace(string selector, int length)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] left = Randoms.Normal(length, seed: 1);
        float[] right = Randoms.Normal(length, seed: 2);
        left[length / 2] = length > 1 ? float.NaN : 1;
        float[] sum = [.. left.Zip(right, (a, b) => a + b)];
        Tensor<float> a = device.Upload<float>(new Shape(length), left);
        Tensor<float> b = device.Upload<float>(new Shape(length), right);
        Tensor<float> y = device.Allocate<float>(new Shape(length));
        var add = new Add(device, length);

        add.Forward(a, b, y);
        Assert.Equal(sum, y.ToArray());

        add.Forward(a, b, b);
        Assert.Equal(sum, b.ToArray());

        b.CopyFrom(right);
        add.Forward(a, b, a);
        Assert.Equal(sum, a.ToArray());
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Add_Accumulate_AddsToWhatIsThere(string selector, int length)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] left = Randoms.Normal(length, seed: 1);
        float[] right = Randoms.Normal(length, seed: 2);
        Tensor<float> x = device.Upload<float>(new Shape(length), left);
        Tensor<float> y = device.Upload<float>(new Shape(length), right);

        new Add(device, length).Accumulate(x, y);

        Assert.Equal(left.Zip(right, (a, b) => a + b), y.ToArray());
        Assert.Equal(left, x.ToArray());
    }

    [Fact]
    public void Add_TensorOfAnotherLength_IsRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Tensor<float> four = device.Allocate<float>(new Shape(4));
        Tensor<float> five = device.Allocate<float>(new Shape(5));

        Assert.Throws<ArgumentException>(() => new Add(device, 4).Forward(four, five, four));
        Assert.Throws<ArgumentException>(() => new Add(device, 4).Accumulate(five, four));
    }
}
