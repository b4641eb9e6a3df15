// Operations: 1 multiplication a weight; a filter's scale and bias are left out.
// Bytes, numbers of 4: weight + folded weight
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>A batch normalisation folded into the filters before it.</summary>
public class BatchNormFoldBenchmarks : OperatorBenchmarks
{
    private BatchNormFold fold = null!;
    private Tensor<float> weight = null!, bias = null!, gamma = null!, beta = null!, mean = null!, variance = null!;
    private Tensor<float> foldedWeight = null!, foldedBias = null!;

    /// <summary>The article's filters, 49,152 weights of a residual block, and its dense layer.</summary>
    public static IEnumerable<Case<Shape>> Cases =>
    [
        ShapeCase.Of(new Shape(64, 40, 4)),
        ShapeCase.Of(new Shape(128, 128, 3)),
        ShapeCase.Of(new Shape(128, 3072)),
    ];

    /// <summary>The weight's shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Shape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark) => Work.OfNumbers(Case.Shape.Length, 2L * Case.Shape.Length);

    /// <summary>The folded weight and bias.</summary>
    [Benchmark]
    public void Fold()
    {
        fold.Fold(weight, bias, gamma, beta, mean, variance, foldedWeight, foldedBias);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        Shape s = Case.Shape;
        var perFilter = new Shape(s[0]);
        fold = new BatchNormFold(Device, s, epsilon: 1e-5f);
        weight = Noise(s);
        bias = Noise(perFilter);
        gamma = Noise(perFilter);
        beta = Noise(perFilter);
        mean = Noise(perFilter);
        variance = Device.Upload<float>(perFilter, [.. Enumerable.Repeat(1f, s[0])]);
        foldedWeight = Zeros(s);
        foldedBias = Zeros(perFilter);
    }
}
