// Rows of T samples brought from one rate to another.
// Operations: a multiplication and an addition for each tap of each output.
// Bytes, numbers of 4: T read and the outputs written, a row.
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Resampling by a windowed sinc.</summary>
public class ResampleBenchmarks : OperatorBenchmarks
{
    private Resample resample = null!;
    private Tensor<float> x = null!, y = null!;

    /// <summary>64 clips of a second: of a compact disc to the rate of speech, of speech up and down.</summary>
    public static IEnumerable<Case<(int From, int To)>> Cases =>
    [
        new("44100 to 16000 Hz", (44100, 16000)),
        new("44100 to 8000 Hz", (44100, 8000)),
        new("8000 to 16000 Hz", (8000, 16000)),
        new("16000 to 44100 Hz", (16000, 44100)),
    ];

    /// <summary>The two rates.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<(int From, int To)> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        (int from, int to) = Case.Shape;
        return Work.OfNumbers(2.0 * 64 * to * ResamplePlan.TapsOf(from, to, new ResampleOptions()), 64L * (from + to));
    }

    /// <summary>All rows.</summary>
    [Benchmark]
    public void Forward()
    {
        resample.Forward(x, y);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        (int from, int to) = Case.Shape;
        resample = new Resample(Device, from, from, to);
        x = Noise(new Shape(64, from));
        y = Noise(new Shape(64, to));
    }
}
