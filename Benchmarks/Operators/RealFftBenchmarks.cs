// Rows of N real samples.
// Operations: 2.5 N log2 N a row, half of the customary count of a complex transform, whatever the algorithm.
// Bytes, numbers of 4: N + (N + 2) a row each way
using System.Numerics;
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Fourier transform of real rows, and its inverse.</summary>
public class RealFftBenchmarks : OperatorBenchmarks
{
    private RealFft fft = null!;
    private Tensor<float> x = null!, spectrum = null!;

    /// <summary>The frames of 64 seconds of sound at 8 and at 16 kHz, long frames, and long rows.</summary>
    public static IEnumerable<Case<Shape>> Cases =>
    [
        ShapeCase.Of(new Shape(64 * 101, 256)),
        ShapeCase.Of(new Shape(64 * 101, 512)),
        ShapeCase.Of(new Shape(8192, 2048)),
        ShapeCase.Of(new Shape(64, 65536)),
    ];

    /// <summary>The shape of the signal: [rows, samples].</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Shape> Case { get; set; } = null!;

    /// <summary>Operations of one row.</summary>
    internal static double Operations(int length) => 2.5 * length * BitOperations.Log2((uint)length);

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        (int rows, int length) = (Case.Shape[0], Case.Shape[1]);
        return Work.OfNumbers(rows * Operations(length), (long)rows * ((2 * length) + 2));
    }

    /// <summary>Spectra of all rows.</summary>
    [Benchmark]
    public void Forward()
    {
        fft.Forward(x, spectrum);
        Finish();
    }

    /// <summary>All rows from their spectra.</summary>
    [Benchmark]
    public void Inverse()
    {
        fft.Inverse(spectrum, x);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        (int rows, int length) = (Case.Shape[0], Case.Shape[1]);
        fft = new RealFft(Device, rows, length);
        x = Noise(Case.Shape);
        spectrum = Noise(new Shape(rows, (length / 2) + 1, 2));
    }
}
