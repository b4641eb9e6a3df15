using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class MatMulTests
{
    private static readonly (int M, int N, int K)[] Extents =
    [
        (1, 1, 1), (1, 33, 1), (2, 3, 5), (17, 31, 63), (64, 10, 128), (16, 48, 16), (1, 128, 300), (2, 33, 300), (3, 18, 90),
        (5, 10, 90), (100, 1, 257),
    ];

    public static TheoryData<string, MatMulShape> Shapes => TestDevices.Times(Extents.SelectMany(AllForms));

    /// <summary>What crosses the blocks of the host body, or keeps a team busy: too long for the simulator.</summary>
    public static TheoryData<MatMulShape> BigShapes =>
    [
        .. new[] { (64, 128, 3072), (300, 130, 600), (521, 263, 257), (37, 50, 20_000), (40, 700, 600) }
            .SelectMany(AllForms),
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

    /// <summary>Every rung of the portable kernels in float32, with K in one part and in three.</summary>
    public static TheoryData<string, MatMulRung, int> Rungs
    {
        get
        {
            TheoryData<string, MatMulRung, int> rows = [];
            foreach (string selector in TestDevices.Portable())
            {
                foreach (MatMulRung rung in Enum.GetValues<MatMulRung>().Except([MatMulRung.TensorCores]))
                {
                    rows.Add(selector, rung, 1);
                    if (rung != MatMulRung.Naive)
                    {
                        rows.Add(selector, rung, 3);
                    }
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rungs))]
    public void MatMul_EveryRungOfThePortableKernels_IsTheSumOverK(string selector, MatMulRung rung, int parts)
    {
        ComputeDevice device = TestDevices.Get(selector, rung);
        foreach (MatMulShape shape in AllForms((9, 17, 33)).Concat(AllForms((8, 20, 36))))
        {
            MatMulPlan plan = MatMulPlan.Of(shape, rung, parts);
            Assert.Equal(parts, plan.Parts);
            Check(new MatMul(device, shape, plan), device, shape);
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void MatMul_OfFullTiles_IsTheSumOverK(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        foreach ((MatMulRung rung, int tile) in new[]
        {
            (MatMulRung.Tiled, MatMulKernels.Tile), (MatMulRung.Registers4x4, MatMulRegisterKernels.Tile4x4),
            (MatMulRung.Registers8x8, MatMulRegisterKernels.Tile8x8),
            (MatMulRung.Copied8x8, MatMulRegisterKernels.Tile8x8),
        })
        {
            var high = new MatMulShape(tile + 4, (tile / 2) + 3, 18, TransposeA: true);
            var wide = new MatMulShape((tile / 2) + 3, tile + 4, 18, TransposeB: true);
            Check(new MatMul(device, high, rung), device, high);
            Check(new MatMul(device, wide, rung), device, wide);
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void MatMul_OfSumsInBlocks_IsTheSumOverK(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        foreach ((MatMulRung rung, int parts) in new[]
        {
            (MatMulRung.Naive, 1), (MatMulRung.Registers4x4, 2), (MatMulRung.Registers8x8, 1),
            (MatMulRung.Copied8x8, 1),
        })
        {
            var shape = new MatMulShape(4, 7, parts * 1100, TransposeA: true, TransposeB: true);
            Check(new MatMul(device, shape, MatMulPlan.Of(shape, rung, parts)), device, shape);
        }
    }

    [Theory]
    [MemberData(nameof(Rungs))]
    public void MatMul_EveryRungOverSlices_NeedsNoAlignment(string selector, MatMulRung rung, int parts)
    {
        ComputeDevice device = TestDevices.Get(selector, rung);
        var shape = new MatMulShape(8, 12, 48);
        Check(new MatMul(device, shape, MatMulPlan.Of(shape, rung, parts)), device, shape, skip: 1);
    }

    [Theory]
    [MemberData(nameof(Rungs))]
    public void MatMul_EveryRung_AddsBiasAndAppliesReluOnce(string selector, MatMulRung rung, int parts)
    {
        ComputeDevice device = TestDevices.Get(selector, rung);
        foreach (MatMulShape shape in new MatMulShape[] { new(5, 7, 33), new(6, 8, 1040) })
        {
            float[] a = Randoms.Normal(shape.A.Length, seed: 9);
            float[] b = Randoms.Normal(shape.B.Length, seed: 10);
            float[] before = Randoms.Normal(shape.C.Length, seed: 11);
            float[] bias = Randoms.Normal(shape.N, seed: 12);
            double[] expected = Product(shape, a.ToDouble(), b.ToDouble());
            Tensor<float> c = device.Upload<float>(shape.C, before);

            new MatMul(device, shape, MatMulPlan.Of(shape, rung, parts)).Multiply(
                device.Upload<float>(shape.A, a), device.Upload<float>(shape.B, b), c, accumulate: true,
                device.Upload<float>(new Shape(shape.N), bias), relu: true);

            float[] got = c.ToArray();
            for (int i = 0; i < expected.Length; i++)
            {
                double want = Math.Max(0, expected[i] + before[i] + bias[i % shape.N]);
                Assert.True(
                    Math.Abs(got[i] - want) <= 1e-3,
                    $"{shape} on {selector}, [{i / shape.N}, {i % shape.N}]: got {got[i]:G9}, expected {want:G9}");
            }
        }
    }

    // A whole tile and an edge, whole Float4 and odd lengths, a slice, two blocks of terms, and parts of K.
    [Theory]
    [InlineData(132, 68, 18, 1, 0)]
    [InlineData(67, 131, 45, 1, 0)]
    [InlineData(8, 12, 48, 1, 1)]
    [InlineData(5, 9, 1043, 1, 0)]
    [InlineData(20, 36, 96, 3, 0)]
    public void MatMul_ByAsynchronousCopies_HasTheBitsOfRung4(int m, int n, int k, int parts, int skip)
    {
        ComputeDevice device = TestDevices.Get("ptx");
        foreach (MatMulShape shape in AllForms((m, n, k)))
        {
            float[] Computed(MatMulRung rung)
            {
                Tensor<float> c = device.Allocate<float>(shape.C);
                new MatMul(device, shape, MatMulPlan.Of(shape, rung, parts)).Multiply(
                    Slice(shape.A, 9), Slice(shape.B, 10), c);
                return c.ToArray();
            }

            Assert.Equal(Computed(MatMulRung.Registers8x8), Computed(MatMulRung.Copied8x8));
        }

        Tensor<float> Slice(Shape of, int seed) => device
            .Upload<float>(new Shape(of.Length + skip), Randoms.Normal(of.Length + skip, seed)).Slice(skip, of);
    }

    [Fact]
    public void MatMul_WhereCopiesAreAsynchronous_TakesThemWhereATableOrTheUserSaysSo()
    {
        var shape = new MatMulShape(2048, 2048, 2048);
        PlanThresholds table = PlanThresholds.Default with { MatMulCopies = 128 };

        Assert.Equal(MatMulRung.Registers8x8, MatMulPlan.Of(shape, copies: true).Rung);
        Assert.Equal(MatMulRung.Registers8x8, MatMulPlan.Of(shape, thresholds: table).Rung);
        Assert.Equal(MatMulRung.Copied8x8, MatMulPlan.Of(shape, thresholds: table, copies: true).Rung);
        Assert.Equal(
            MatMulPlan.Of(shape).Parts, MatMulPlan.Of(shape, thresholds: table, copies: true).Parts);
        Assert.Equal(MatMulRung.Registers8x8, new MatMul(TestDevices.Get("ptx"), shape).Rung);
        Assert.Equal(MatMulRung.Registers8x8, new MatMul(TestDevices.Get("simulator"), shape).Rung);
        using ComputeDevice asked = DeviceCatalog.Open("ptx", workers: 1, "matmul=4");
        Assert.Equal(MatMulRung.Registers8x8, new MatMul(asked, shape).Rung);
    }

    [Theory]
    [InlineData(2048, 2048, 2048, MatMulRung.Registers8x8, 1)]
    [InlineData(1024, 1024, 1024, MatMulRung.Registers8x8, 2)]
    [InlineData(512, 512, 512, MatMulRung.Registers4x4, 4)]
    [InlineData(64, 128, 3072, MatMulRung.Registers4x4, 48)]
    [InlineData(128, 3072, 64, MatMulRung.Registers4x4, 1)]
    [InlineData(64, 10, 128, MatMulRung.Tiled, 1)]
    [InlineData(64, 128, 10, MatMulRung.Naive, 1)]
    public void MatMulPlan_OfAShape_FillsAGpu(int m, int n, int k, MatMulRung rung, int parts)
    {
        MatMulPlan plan = MatMulPlan.Of(new MatMulShape(m, n, k));
        Assert.Equal((rung, parts), (plan.Rung, plan.Parts));
        Assert.True((plan.Parts - 1) * plan.PartK < k && plan.Parts * plan.PartK >= k);
    }

    [Fact]
    public void MatMul_WithARungThatIsNotThere_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => new MatMul(TestDevices.Get("cpu"), new MatMulShape(1, 1, 1), (MatMulRung)9));

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
        SameBits.ForAnyNumberOfWorkers(device =>
        {
            Tensor<float> c = device.Allocate<float>(shape.C);
            new MatMul(device, shape).Multiply(device.Upload(shape.A, a), device.Upload(shape.B, b), c);
            return [c.ToArray()];
        });
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
            Assert.Equal(0, Allocated.By(() => product.Multiply(a, b, c)));
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

    /// <summary>
    /// C = AB over what C held, then C += AB, within 1e-6 of the sum of the terms' magnitudes. All three begin
    /// <paramref name="skip"/> floats into their memory.
    /// </summary>
    private static void Check(MatMul product, ComputeDevice device, MatMulShape shape, int skip = 0)
    {
        float[] a = Randoms.Normal(shape.A.Length, seed: 6);
        float[] b = Randoms.Normal(shape.B.Length, seed: 7);
        double[] expected = Product(shape, a.ToDouble(), b.ToDouble());
        double[] magnitude = Product(
            shape, Array.ConvertAll(a, v => (double)Math.Abs(v)), Array.ConvertAll(b, v => (double)Math.Abs(v)));
        Tensor<float> tensorA = device.Allocate<float>(new Shape(skip + a.Length)).Slice(skip, shape.A);
        Tensor<float> tensorB = device.Allocate<float>(new Shape(skip + b.Length)).Slice(skip, shape.B);
        tensorA.CopyFrom(a);
        tensorB.CopyFrom(b);
        // Room behind C that must stay as it was.
        const int Guard = 64;
        Tensor<float> memory = device.Allocate<float>(new Shape(skip + shape.C.Length + Guard));
        Tensor<float> room = memory.Slice(skip, new Shape(shape.C.Length + Guard));
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
