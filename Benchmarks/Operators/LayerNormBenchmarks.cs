// Operations an element:  Forward  1 + 3 + 3: the sum, distance, square and sum, distance, scale and shift
//                         Backward 2 for a channel's sums, 3 for h and its product, 4 for a step's sums, 5 for dX
// Bytes, numbers of 4:    Forward  x + y;  Backward  x + dY + dX; parameters and statistics are left out
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Layer normalisation over channels.</summary>
public class LayerNormBenchmarks : OperatorBenchmarks
{
    private LayerNorm norm = null!;
    private Tensor<float> x = null!, gamma = null!, beta = null!, statistics = null!, y = null!;
    private Tensor<float> dX = null!, dGamma = null!, dBeta = null!;

    /// <summary>Behind the article's convolution and dense layer at batch 64, and a large one.</summary>
    public static IEnumerable<Case<LayerNormShape>> Cases =>
    [
        Of(new LayerNormShape(64, 64, 97)),
        Of(new LayerNormShape(64, 128)),
        Of(new LayerNormShape(256, 128, 996)),
    ];

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<LayerNormShape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        long count = Case.Shape.Values.Length;
        return benchmark == nameof(Forward)
            ? Work.OfNumbers(7.0 * count, 2 * count)
            : Work.OfNumbers(14.0 * count, 3 * count);
    }

    /// <summary>y and the statistics.</summary>
    [Benchmark]
    public void Forward()
    {
        norm.Forward(x, gamma, beta, statistics, y);
        Finish();
    }

    /// <summary>dX, dGamma and dBeta.</summary>
    [Benchmark]
    public void Backward()
    {
        norm.Backward(x, gamma, statistics, y, dGamma, dBeta, dX);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        LayerNormShape s = Case.Shape;
        norm = new LayerNorm(Device, s, epsilon: 1e-5f);
        x = Noise(s.Values);
        gamma = Noise(s.PerChannel);
        beta = Noise(s.PerChannel);
        statistics = Zeros(s.Statistics);
        y = Zeros(s.Values); // dY, too.
        dX = Zeros(s.Values);
        dGamma = Zeros(s.PerChannel);
        dBeta = Zeros(s.PerChannel);
        norm.Forward(x, gamma, beta, statistics, y);
    }

    private static Case<LayerNormShape> Of(LayerNormShape s) => new(s.Values.ToString(), s);
}
