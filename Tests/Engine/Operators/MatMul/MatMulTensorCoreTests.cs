using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>
/// The matrix product on tensor cores: on the simulator, whose lanes hand each other what NVIDIA's tables say they
/// hold, and on a CUDA device where there is one.
/// </summary>
public sealed class MatMulTensorCoreTests
{
    /// <summary>What has tensor cores or emulates them.</summary>
    public static TheoryData<string> Devices => [.. WithTensorCores];

    /// <summary>Ragged in every extent, more than a warp's rows and columns, in both forms of each operand.</summary>
    public static TheoryData<string, MatMulShape, int> Shapes
    {
        get
        {
            TheoryData<string, MatMulShape, int> rows = [];
            foreach (string selector in WithTensorCores)
            {
                rows.Add(selector, new MatMulShape(75, 43, 20), 1);
                rows.Add(selector, new MatMulShape(20, 36, 8, TransposeA: true, TransposeB: true), 1);
                rows.Add(selector, new MatMulShape(5, 12, 33, TransposeB: true), 2);
                if (IsCuda(selector))
                {
                    rows.Add(selector, new MatMulShape(300, 200, 2100), 1);
                    rows.Add(selector, new MatMulShape(300, 200, 2100, TransposeA: true), 3);
                    rows.Add(selector, new MatMulShape(257, 129, 999, TransposeB: true), 2);
                }
            }

            return rows;
        }
    }

    /// <summary>Exact up to float32 for factors that are tf32 already: small whole numbers.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void TensorCores_OfFactorsInTf32_GiveTheProduct(string selector, MatMulShape shape, int parts)
    {
        float[] a = Array.ConvertAll(Randoms.Normal(shape.A.Length, seed: 1), v => MathF.Round(8 * v));
        float[] b = Array.ConvertAll(Randoms.Normal(shape.B.Length, seed: 2), v => MathF.Round(8 * v));

        float[] c = Multiply(selector, shape, parts, a, b);

        Assert.Equal(Array.ConvertAll(MatMulTests.Product(shape, a.ToDouble(), b.ToDouble()), v => (float)v), c);
    }

    /// <summary>Each factor is off by at most 2^-11 of itself, a term by 2^-10.</summary>
    [Theory]
    [MemberData(nameof(Devices))]
    public void TensorCores_OfAnyFactors_AreOffByTf32Rounding(string selector)
    {
        var shape = new MatMulShape(9, 10, 24, TransposeB: true);
        float[] a = Randoms.Normal(shape.A.Length, seed: 3);
        float[] b = Randoms.Normal(shape.B.Length, seed: 4);
        double[] expected = MatMulTests.Product(shape, a.ToDouble(), b.ToDouble());
        double[] magnitude = MatMulTests.Product(
            shape, Array.ConvertAll(a, v => (double)Math.Abs(v)), Array.ConvertAll(b, v => (double)Math.Abs(v)));

        float[] c = Multiply(selector, shape, 1, a, b);

        for (int i = 0; i < c.Length; i++)
        {
            Assert.InRange(c[i], expected[i] - (magnitude[i] / 1000), expected[i] + (magnitude[i] / 1000));
        }

        Assert.Contains(c.Zip(expected), pair => Math.Abs(pair.First - pair.Second) > 1e-5);
    }

    [Theory]
    [InlineData(1.0f, 1.0f)]
    [InlineData(1.00048828125f, 1.0009765625f)] // 1 + 2^-11: a tie, away from zero.
    [InlineData(-1.00048828125f, -1.0009765625f)]
    [InlineData(1.0004f, 1.0f)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void Round_OfAFloat_IsTheNearestTf32(float value, float expected) =>
        Assert.Equal(expected, TensorCore.Round(value));

    [Theory]
    [InlineData("cpu")]
    [InlineData("simulator")]
    public void Open_WithTf32WhereNoTensorCoresAre_IsRefusedWithTheWayOut(string selector)
    {
        DeviceException error = Assert.Throws<DeviceException>(
            () => ComputeDevice.Open(selector, precision: FloatPrecision.Tf32));

        Assert.Contains("tf32", error.Message, StringComparison.Ordinal);
        Assert.Contains("--device cuda", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MatMul_OnADeviceInFloat32_NeverTakesTensorCores()
    {
        using ComputeDevice device = ComputeDevice.Open("simulator", rungs: "matmul=5");

        Assert.Equal(MatMulRung.Registers8x8, new MatMul(device, new MatMulShape(512, 512, 512)).Rung);
    }

    [Theory]
    [InlineData(2048, 2048, 2048, MatMulRung.TensorCores, 1)]
    [InlineData(128, 128, 4096, MatMulRung.TensorCores, 32)]
    [InlineData(64, 10, 128, MatMulRung.Tiled, 1)]
    public void MatMulPlan_WithTensorCores_TakesThemForLargeProducts(int m, int n, int k, MatMulRung rung, int parts)
    {
        MatMulPlan plan = MatMulPlan.Of(new MatMulShape(m, n, k), tensorCores: true);

        Assert.Equal((rung, parts), (plan.Rung, plan.Parts));
    }

    private static IEnumerable<string> WithTensorCores =>
        TestDevices.Portable(selector => selector == "simulator" || IsCuda(selector));

    private static bool IsCuda(string selector) => selector.StartsWith("cuda", StringComparison.Ordinal);

    private static float[] Multiply(string selector, MatMulShape shape, int parts, float[] a, float[] b)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> c = device.Allocate<float>(shape.C);
        new MatMul(device, shape, MatMulPlan.Of(shape, MatMulRung.TensorCores, parts)).Multiply(
            device.Upload<float>(shape.A, a), device.Upload<float>(shape.B, b), c);
        return c.ToArray();
    }
}
