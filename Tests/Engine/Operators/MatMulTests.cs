using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class MatMulTests
{
    private static readonly (int M, int N, int K)[] Extents =
    [
        (1, 1, 1), (1, 33, 1), (2, 3, 5), (17, 31, 63), (64, 10, 128), (16, 48, 16), (1, 128, 300), (100, 1, 257),
    ];

    public static TheoryData<string, MatMulShape> Shapes => TestDevices.Times(Extents.SelectMany(AllForms));

    /// <summary>What crosses the blocks of the host body, or keeps a team busy: too long for the simulator.</summary>
    public static TheoryData<MatMulShape> BigShapes =>
    [
        .. new[] { (64, 128, 3072), (300, 130, 600), (521, 263, 257), (37, 50, 20_000) }.SelectMany(AllForms),
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MatMul_Product_IsTheSumOverK(string selector, MatMulShape shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Check(new MatMul(device, shape), device, shape);
    }

    [Theory]
    [MemberData(nameof(BigShapes))]
    public void MatMul_OfManyBlocks_IsTheSumOverK(MatMulShape shape)
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 3);
        Check(new MatMul(device, shape), device, shape);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MatMul_EveryRungOfThePortableKernels_IsTheSumOverK(bool tiled)
    {
        foreach (string selector in TestDevices.Selectors.Where(selector => selector != "cpu"))
        {
            ComputeDevice device = TestDevices.Get(selector);
            foreach (MatMulShape shape in AllForms((19, 35, 33)))
            {
                Check(new MatMul(device, shape, tiled), device, shape);
            }
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void MatMul_GradientsOfBothOperands_MatchFiniteDifferences(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        const int M = 7, N = 18, K = 11;
        float[] a = Randoms.Normal(M * K, seed: 1);
        float[] b = Randoms.Normal(K * N, seed: 2);
        float[] upstream = Randoms.Normal(M * N, seed: 3);
        Tensor<float> dC = device.Upload<float>(new Shape(M, N), upstream);
        Tensor<float> dA = device.Allocate<float>(new Shape(M, K));
        Tensor<float> dB = device.Allocate<float>(new Shape(K, N));

        new MatMul(device, new MatMulShape(M, K, N, TransposeB: true))
            .Multiply(dC, device.Upload<float>(new Shape(K, N), b), dA);
        new MatMul(device, new MatMulShape(K, N, M, TransposeA: true))
            .Multiply(device.Upload<float>(new Shape(M, K), a), dC, dB);

        double[][] inputs = [a.ToDouble(), b.ToDouble()];
        double[] Reference(double[][] x) => Product(new MatMulShape(M, N, K), x[0], x[1]);
        GradientCheck.Of("matmul", Reference, inputs, 0, upstream.ToDouble(), dA.ToArray());
        GradientCheck.Of("matmul", Reference, inputs, 1, upstream.ToDouble(), dB.ToArray());
    }

    [Theory]
    [MemberData(nameof(BigShapes))]
    public void MatMul_WithAnyNumberOfWorkers_GivesTheSameBits(MatMulShape shape)
    {
        float[] a = Randoms.Normal(shape.A.Length, seed: 4);
        float[] b = Randoms.Normal(shape.B.Length, seed: 5);
        float[] Run(int workers)
        {
            using ComputeDevice device = DeviceCatalog.Open("cpu", workers);
            Tensor<float> c = device.Allocate<float>(shape.C);
            new MatMul(device, shape).Multiply(device.Upload(shape.A, a), device.Upload(shape.B, b), c);
            return c.ToArray();
        }

        float[] one = Run(1);
        Assert.Equal(one, Run(1));
        Assert.Equal(one, Run(2));
        Assert.Equal(one, Run(5));
    }

    [Fact]
    public void MatMul_Call_AllocatesNothing()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        foreach (MatMulShape shape in AllForms((65, 130, 300)))
        {
            Tensor<float> a = device.Allocate<float>(shape.A);
            Tensor<float> b = device.Allocate<float>(shape.B);
            Tensor<float> c = device.Allocate<float>(shape.C);
            var product = new MatMul(device, shape);
            product.Multiply(a, b, c);
            long before = GC.GetAllocatedBytesForCurrentThread();
            product.Multiply(a, b, c);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void MatMul_WithoutRowsColumnsOrTerms_IsRefused(int m, int n, int k) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatMul(TestDevices.Get("cpu"), new MatMulShape(m, n, k)));

    [Fact]
    public void MatMul_OfATensorOfAnotherLength_IsRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var product = new MatMul(device, new MatMulShape(2, 3, 4));
        Tensor<float> wrong = device.Allocate<float>(new Shape(5));
        Assert.Throws<ArgumentException>(() => product.Multiply(wrong, wrong, wrong));
    }

    /// <summary>C = op(A) op(B) in float64.</summary>
    internal static double[] Product(MatMulShape shape, double[] a, double[] b)
    {
        double[] c = new double[shape.C.Length];
        for (int m = 0; m < shape.M; m++)
        {
            for (int n = 0; n < shape.N; n++)
            {
                double sum = 0;
                for (int k = 0; k < shape.K; k++)
                {
                    sum += a[shape.TransposeA ? (k * shape.M) + m : (m * shape.K) + k] *
                        b[shape.TransposeB ? (n * shape.K) + k : (k * shape.N) + n];
                }

                c[(m * shape.N) + n] = sum;
            }
        }

        return c;
    }

    private static IEnumerable<MatMulShape> AllForms((int M, int N, int K) e) =>
    [
        new(e.M, e.N, e.K), new(e.M, e.N, e.K, TransposeA: true), new(e.M, e.N, e.K, TransposeB: true),
        new(e.M, e.N, e.K, TransposeA: true, TransposeB: true),
    ];

    /// <summary>C = AB over what C held, then C += AB, within 1e-6 of the sum of the terms' magnitudes.</summary>
    private static void Check(MatMul product, ComputeDevice device, MatMulShape shape)
    {
        float[] a = Randoms.Normal(shape.A.Length, seed: 6);
        float[] b = Randoms.Normal(shape.B.Length, seed: 7);
        double[] expected = Product(shape, a.ToDouble(), b.ToDouble());
        double[] magnitude = Product(
            shape, Array.ConvertAll(a, v => (double)Math.Abs(v)), Array.ConvertAll(b, v => (double)Math.Abs(v)));
        Tensor<float> tensorA = device.Upload<float>(shape.A, a);
        Tensor<float> tensorB = device.Upload<float>(shape.B, b);
        // Room behind C that must stay as it was.
        const int Guard = 64;
        Tensor<float> room = device.Allocate<float>(new Shape(shape.C.Length + Guard));
        float[] before = Randoms.Normal(room.Length, seed: 8);
        room.CopyFrom(before);
        Tensor<float> c = room.Slice(0, shape.C);

        product.Multiply(tensorA, tensorB, c);
        float[] once = room.ToArray();
        product.Multiply(tensorA, tensorB, c, accumulate: true);
        float[] twice = room.ToArray();

        for (int i = 0; i < expected.Length; i++)
        {
            double slack = 1e-6 * (magnitude[i] + 1);
            Assert.True(
                Math.Abs(once[i] - expected[i]) <= slack && Math.Abs(twice[i] - (2 * expected[i])) <= 2 * slack,
                $"{shape} on {device.Info.Selector}, [{i / shape.N}, {i % shape.N}]: got {once[i]:G9}, " +
                $"after adding {twice[i]:G9}; the float64 reference gives {expected[i]:G9} and {2 * expected[i]:G9}");
        }

        Assert.Equal(before[expected.Length..], twice[expected.Length..]);
    }
}
