// Operations an element:  Forward 1 multiplication;  Backward 1 for dX, 2 for dGate
// Bytes, numbers of 4:    Forward x + y;  Backward x + dY + dX; the gates are left out
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>A gate for each channel of a clip.</summary>
public class ChannelScaleBenchmarks : OperatorBenchmarks
{
    private ChannelScale scale = null!;
    private Tensor<float> x = null!, gate = null!, y = null!, dX = null!, dGate = null!;

    /// <summary>Behind the article's convolution at batch 64 and 32, and behind a large one.</summary>
    public static IEnumerable<Case<Shape>> Cases =>
    [
        ShapeCase.Of(new Shape(64, 64, 97)),
        ShapeCase.Of(new Shape(32, 32, 97)),
        ShapeCase.Of(new Shape(256, 128, 996)),
    ];

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Shape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        long count = Case.Shape.Length;
        return benchmark == nameof(Forward)
            ? Work.OfNumbers(count, 2 * count)
            : Work.OfNumbers(3.0 * count, 3 * count);
    }

    /// <summary>y = x, each channel times its gate.</summary>
    [Benchmark]
    public void Forward()
    {
        scale.Forward(x, gate, y);
        Finish();
    }

    /// <summary>dX and dGate.</summary>
    [Benchmark]
    public void Backward()
    {
        scale.Backward(x, gate, y, dX, dGate);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        Shape s = Case.Shape;
        scale = new ChannelScale(Device, s[0] * s[1], s[2]);
        x = Noise(s);
        gate = Noise(new Shape(s[0], s[1]));
        y = Noise(s); // dY, too.
        dX = Zeros(s);
        dGate = Zeros(gate.Shape);
    }
}
