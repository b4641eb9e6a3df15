// Operations an element: 1 multiplication each way; drawing the mask is integer arithmetic, which is not counted.
// Bytes, numbers of 4:   Forward x + y;  Backward dY + dX; the mask is left out
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Dropout of one half of the channels, and of one half of the clips.</summary>
public class RowDropoutBenchmarks : OperatorBenchmarks
{
    private RowDropout dropout = null!;
    private TrainingProgress progress = null!;
    private Tensor<float> x = null!, y = null!, mask = null!;

    /// <summary>Rows and their length: the article's channels and clips at batch 64, and large channels.</summary>
    public static IEnumerable<Case<Shape>> Cases =>
    [
        ShapeCase.Of(new Shape(64 * 64, 97)),
        ShapeCase.Of(new Shape(64, 64 * 97)),
        ShapeCase.Of(new Shape(256 * 128, 996)),
    ];

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Shape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark) => Work.OfNumbers(Case.Shape.Length, 2L * Case.Shape.Length);

    /// <summary>Draws the mask; y = x mask.</summary>
    [Benchmark]
    public void Forward()
    {
        dropout.Forward(x, y, mask, progress);
        Finish();
    }

    /// <summary>dX = dY mask.</summary>
    [Benchmark]
    public void Backward()
    {
        dropout.Backward(x, mask, y);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        dropout = new RowDropout(Device, Case.Shape[0], Case.Shape[1], rate: 0.5f, layer: 0, seed: 1);
        progress = new TrainingProgress(Device);
        x = Noise(Case.Shape); // dY, too.
        y = Zeros(Case.Shape); // dX, too.
        mask = Zeros(new Shape(Case.Shape[0]));
        dropout.Forward(x, y, mask, progress);
    }
}
