// Operations: 2 M N K each way.
// Bytes, numbers of 4: A + B + C each way: a product reads two of them, or their gradients, and writes the third.
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>The matrix product C = A B and the two products of its backward pass.</summary>
public class MatMulBenchmarks : OperatorBenchmarks
{
    private MatMul forward = null!, backwardA = null!, backwardB = null!;
    private Tensor<float> a = null!, b = null!, c = null!, dA = null!, dB = null!;

    /// <summary>Squares from what fits into a core's cache to what does not.</summary>
    public static IEnumerable<Case<MatMulShape>> Cases =>
    [
        ShapeCase.Of(new MatMulShape(256, 256, 256)),
        ShapeCase.Of(new MatMulShape(512, 512, 512)),
        ShapeCase.Of(new MatMulShape(1024, 1024, 1024)),
        ShapeCase.Of(new MatMulShape(2048, 2048, 2048)),
    ];

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<MatMulShape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        MatMulShape s = Case.Shape;
        return Work.OfNumbers(s.Operations, (long)s.A.Length + s.B.Length + s.C.Length);
    }

    /// <summary>C = A B.</summary>
    [Benchmark]
    public void Forward()
    {
        forward.Multiply(a, b, c);
        Finish();
    }

    /// <summary>dA = dC B^T.</summary>
    [Benchmark]
    public void BackwardA()
    {
        backwardA.Multiply(c, b, dA);
        Finish();
    }

    /// <summary>dB = A^T dC.</summary>
    [Benchmark]
    public void BackwardB()
    {
        backwardB.Multiply(a, c, dB);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        MatMulShape s = Case.Shape;
        forward = new MatMul(Device, s);
        backwardA = new MatMul(Device, new MatMulShape(s.M, s.K, s.N, TransposeB: true));
        backwardB = new MatMul(Device, new MatMulShape(s.K, s.N, s.M, TransposeA: true));
        a = Noise(s.A);
        b = Noise(s.B);
        c = Noise(s.C); // dC, too.
        dA = Zeros(s.A);
        dB = Zeros(s.B);
    }
}
