// Operations: none. Bytes, numbers of 4: twice the joined tensor, each way.
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Concatenation along channels.</summary>
public class ConcatBenchmarks : OperatorBenchmarks
{
    private Concat concat = null!;
    private Tensor<float>[] inputs = null!;
    private Tensor<float> y = null!;

    /// <summary>Two and four branches of 64 channels together at batch 64, and two of a large network.</summary>
    public static IEnumerable<Case<(int Batch, int Branches, int Width)>> Cases =>
    [
        Of(64, 2, 32 * 97),
        Of(64, 4, 16 * 97),
        Of(256, 2, 64 * 996),
    ];

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<(int Batch, int Branches, int Width)> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark) =>
        Work.OfNumbers(0, 2L * Case.Shape.Batch * Case.Shape.Branches * Case.Shape.Width);

    /// <summary>y from the inputs.</summary>
    [Benchmark]
    public void Forward()
    {
        concat.Forward(inputs, y);
        Finish();
    }

    /// <summary>Every input's gradient.</summary>
    [Benchmark]
    public void Backward()
    {
        concat.Backward(y, inputs);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        (int batch, int branches, int width) = Case.Shape;
        concat = new Concat(Device, batch, [.. Enumerable.Repeat(width, branches)]);
        inputs = [.. Enumerable.Range(0, branches).Select(_ => Noise(new Shape(batch, width)))];
        y = Zeros(concat.Output);
    }

    private static Case<(int Batch, int Branches, int Width)> Of(int batch, int branches, int width) =>
        new($"{branches} x [{batch}, {width}]", (batch, branches, width));
}
