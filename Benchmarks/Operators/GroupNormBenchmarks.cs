// Operations an element:  Forward  1 + 3 + 3: the sum, distance, square and sum, distance, scale and shift
//                         Backward 2 for a channel's sums, 3 for h and its product, 4 for the group's sums, 5 for dX
// Bytes, numbers of 4:    Forward  x + y;  Backward  x + dY + dX; parameters and statistics are left out
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Group normalisation.</summary>
public class GroupNormBenchmarks : OperatorBenchmarks
{
    private GroupNorm norm = null!;
    private Tensor<float> x = null!, gamma = null!, beta = null!, statistics = null!, y = null!;
    private Tensor<float> dX = null!, dGamma = null!, dBeta = null!;

    /// <summary>Behind the article's convolution at batch 64, in one group and in eight, and a large one.</summary>
    public static IEnumerable<Case<GroupNormShape>> Cases =>
    [
        Of(new GroupNormShape(64, 64, 97, 1)),
        Of(new GroupNormShape(64, 64, 97, 8)),
        Of(new GroupNormShape(256, 128, 996, 8)),
    ];

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<GroupNormShape> Case { get; set; } = null!;

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
        GroupNormShape s = Case.Shape;
        norm = new GroupNorm(Device, s, epsilon: 1e-5f);
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

    private static Case<GroupNormShape> Of(GroupNormShape s) =>
        new($"{s.Values}, {s.Groups} group{(s.Groups == 1 ? "" : "s")}", s);
}
