using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Ptx;

/// <summary>
/// Neither <c>ptx</c>, which executes what ILGPU's compiler made of a kernel, nor the simulator, which runs its C#,
/// contracts a product and a sum: they give the same bits.
/// </summary>
public sealed class PtxBitsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void MatMul_OfARung_HasTheSimulatorsBits(int rung)
    {
        float[][] products = [.. ((string[])["ptx", "simulator"]).Select(Product)];

        Assert.Equal(products[1], products[0]);

        float[] Product(string selector)
        {
            ComputeDevice device = TestDevices.Get($"{selector} matmul={rung}");
            var shape = new MatMulShape(33, 18, 21);
            Tensor<float> a = device.Upload<float>(shape.A, Noise(shape.A.Length, 1));
            Tensor<float> b = device.Upload<float>(shape.B, Noise(shape.B.Length, 2));
            Tensor<float> c = device.Allocate<float>(shape.C);
            new MatMul(device, shape).Multiply(a, b, c);
            return c.ToArray();
        }
    }

    [Fact]
    public void SoftmaxCrossEntropy_LossAndGradient_HaveTheSimulatorsBits()
    {
        float[][][] results = [.. ((string[])["ptx", "simulator"]).Select(LossAndGradient)];

        Assert.Equal(results[1], results[0]);

        static float[][] LossAndGradient(string selector)
        {
            const int Rows = 7, Classes = 40;
            ComputeDevice device = TestDevices.Get(selector);
            var shape = new Shape(Rows, Classes);
            Tensor<float> logits = device.Upload<float>(shape, Noise(shape.Length, 3));
            Tensor<int> targets = device.Upload<int>(new Shape(Rows), [.. Enumerable.Range(0, Rows)]);
            Tensor<float> loss = device.Allocate<float>(new Shape(1));
            Tensor<float> gradient = device.Allocate<float>(shape);
            new SoftmaxCrossEntropy(device, Rows, Classes, 0.1f).ForwardBackward(logits, targets, null, loss, gradient);
            return [loss.ToArray(), gradient.ToArray()];
        }
    }

    private static float[] Noise(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() * 6) - 3))];
    }
}
