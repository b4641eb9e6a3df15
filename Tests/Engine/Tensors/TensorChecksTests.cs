using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Tensors;

public class TensorChecksTests
{
    private static readonly ComputeDevice Cpu = TestDevices.Get("cpu");

    [Fact]
    public void Operator_TensorOfAnotherShape_IsRefusedByTheNameOfTheArgument()
    {
        Tensor<float> x = Cpu.Allocate<float>(new Shape(32, 64));
        Tensor<float> shorter = Cpu.Allocate<float>(new Shape(32, 63));

        Assert.Equal(
            "dY: expected [32, 64], got [32, 63]",
            Assert.Throws<ArgumentException>(() => new Softmax(Cpu, 32, 64).Backward(x, shorter, x)).Message);
        Assert.Equal(
            "y: expected 2048 elements, got [32, 63]",
            Assert.Throws<ArgumentException>(() => new Activation<Relu>(Cpu, 32 * 64).Forward(x, shorter)).Message);
    }

    [Fact]
    public void Operator_NoTensor_IsRefusedByTheNameOfTheArgument() => Assert.Equal(
        "dX", Assert.Throws<ArgumentNullException>(() => new Softmax(Cpu, 1, 1).Backward(
            Cpu.Allocate<float>(new Shape(1, 1)), Cpu.Allocate<float>(new Shape(1, 1)), null!)).ParamName);

    [Fact]
    public void Operator_OptionalTensorOfAnotherShape_IsRefusedByTheNameOfTheArgument()
    {
        var shape = new GroupNormShape(1, 2, 3, 1);
        Tensor<float> x = Cpu.Allocate<float>(shape.Values);
        Tensor<float> channels = Cpu.Allocate<float>(shape.PerChannel);
        Tensor<float> statistics = Cpu.Allocate<float>(shape.Statistics);

        Assert.Equal(
            "dX: expected 6 elements, got [2]",
            Assert.Throws<ArgumentException>(() => new GroupNorm(Cpu, shape, 1e-5f).Backward(
                x, channels, statistics, x, channels, channels, channels)).Message);
    }
}
