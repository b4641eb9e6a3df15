using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>
/// Guards against falling back: ratios of two times of one thread in one process, with wide margins, never a time; no
/// other test runs meanwhile.
/// </summary>
[Collection(Alone.Name)]
public sealed class HostRateTests
{
    [SkippableFact]
    public void RealFft_OnTheHost_IsFiveTimesAsFastAsOneRowByRadixTwo()
    {
        const int batch = 64;
        const int length = 512;
        const double wanted = 5;
        Skip.IfNot(Fma.IsSupported || AdvSimd.IsSupported, "each fused multiply-add is a call on this processor");
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        var fft = new RealFft(device, batch, length);
        float[] values = Randoms.Normal(batch * length, seed: 1);
        Tensor<float> x = device.Upload<float>(new Shape(batch, length), values);
        Tensor<float> spectrum = device.Allocate<float>(new Shape(batch, (length / 2) + 1, 2));
        float[] roots = FourierRoots.Create(length);
        float[] row = new float[2 * length];
        double ratio = Timed.Ratio(
            () => RadixTwo(values, batch, length, roots, row), () => fft.Forward(x, spectrum), wanted);
        Assert.True(ratio >= wanted, $"RealFft is {ratio:F1} times as fast as radix 2 a row, not {wanted}");
    }

    [Theory]
    [InlineData(64, 4096, 4096, true)]
    [InlineData(64, 4096, 4096, false)]
    [InlineData(4096, 4096, 64, false)]
    public void MatMul_OfAFlatShape_HasAFairShareOfTheRateOfASquare(int m, int k, int n, bool transposeB)
    {
        const double wanted = 0.42;
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        var flat = new MatMulShape(m, n, k, TransposeB: transposeB);
        var square = new MatMulShape(256, 256, 256);
        double operations = (double)flat.Operations / square.Operations;
        double ratio = operations * Timed.Ratio(Product(device, square), Product(device, flat), wanted / operations);
        Assert.True(ratio >= wanted, $"{flat} has {ratio:P0} of the rate of {square}, not {wanted:P0}");
    }

    /// <summary>
    /// By minimal filtering they go 1.4 to 1.6 times as fast an operation as five taps, which are direct sums of the same
    /// form. Eight clips: all of it stays in the second cache, whatever others of the machine do to the third.
    /// </summary>
    [SkippableTheory]
    [InlineData("forward")]
    [InlineData("gradient of the input")]
    [InlineData("gradient of the weights")]
    public void Conv1d_OfThreeTaps_IsFasterAnOperationThanOfFive(string pass)
    {
        Skip.IfNot(Fma.IsSupported || AdvSimd.IsSupported, "each fused multiply-add is a call on this processor");
        const double wanted = 1.15;
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        var three = new Conv1dShape(8, 64, 50, 128, 3, Padding: 1);
        var five = new Conv1dShape(8, 64, 50, 128, 5, Padding: 2);
        double operations = (double)three.Operations / five.Operations;
        double ratio = operations
            * Timed.Ratio(Convolution(device, five, pass), Convolution(device, three, pass), wanted / operations);
        Assert.True(ratio >= wanted, $"{pass}: {ratio:F2} times the rate of five taps, not {wanted}");
    }

    private static Action Convolution(ComputeDevice device, Conv1dShape shape, string pass)
    {
        var conv = new Conv1d(device, shape);
        Tensor<float> x = device.Upload<float>(shape.Input, Randoms.Normal(shape.Input.Length, seed: 4));
        Tensor<float> weight = device.Upload<float>(shape.Weight, Randoms.Normal(shape.Weight.Length, seed: 5));
        Tensor<float> y = device.Upload<float>(shape.Output, Randoms.Normal(shape.Output.Length, seed: 6));
        return pass switch
        {
            "forward" => () => conv.Forward(x, weight, null, y),
            "gradient of the input" => () => conv.BackwardInput(y, weight, x),
            _ => () => conv.BackwardWeight(x, y, weight, null),
        };
    }

    private static Action Product(ComputeDevice device, MatMulShape shape)
    {
        var product = new MatMul(device, shape);
        Tensor<float> a = device.Upload<float>(shape.A, Randoms.Normal(shape.A.Length, seed: 2));
        Tensor<float> b = device.Upload<float>(shape.B, Randoms.Normal(shape.B.Length, seed: 3));
        Tensor<float> c = device.Allocate<float>(shape.C);
        return () => product.Multiply(a, b, c);
    }

    /// <summary>The textbook's transform in place, a row at a time; its results are in bit-reversed order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RadixTwo(float[] x, int batch, int length, float[] roots, float[] z)
    {
        for (int b = 0; b < batch; b++)
        {
            for (int i = 0; i < length; i++)
            {
                (z[2 * i], z[(2 * i) + 1]) = (x[(b * length) + i], 0);
            }

            for (int half = length / 2; half >= 1; half /= 2)
            {
                for (int block = 0; block < length; block += 2 * half)
                {
                    for (int p = 0; p < half; p++)
                    {
                        int a = 2 * (block + p);
                        int c = a + (2 * half);
                        int root = p * (length / half);
                        float re = z[a] - z[c];
                        float im = z[a + 1] - z[c + 1];
                        z[a] += z[c];
                        z[a + 1] += z[c + 1];
                        z[c] = (re * roots[root]) - (im * roots[root + 1]);
                        z[c + 1] = (re * roots[root + 1]) + (im * roots[root]);
                    }
                }
            }
        }
    }
}
