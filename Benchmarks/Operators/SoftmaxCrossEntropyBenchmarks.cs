// Operations a logit:  Forward          4: a comparison and a subtraction of the maximum, an exponential, an addition
//                      ForwardBackward  6: and a multiplication and a subtraction for dLogits
// Bytes, numbers of 4: logits + targets, and dLogits
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>The loss of one label, and its gradient in the same pass.</summary>
public class SoftmaxCrossEntropyBenchmarks : OperatorBenchmarks
{
    private SoftmaxCrossEntropy crossEntropy = null!;
    private Tensor<float> logits = null!, loss = null!, dLogits = null!;
    private Tensor<int> targets = null!;

    /// <summary>The article's ten classes at batch 64 and 32, and a large one: [rows, classes].</summary>
    public static IEnumerable<Case<Shape>> Cases =>
    [
        ShapeCase.Of(new Shape(64, 10)),
        ShapeCase.Of(new Shape(32, 10)),
        ShapeCase.Of(new Shape(4096, 1000)),
    ];

    /// <summary>The shape of the logits.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<Shape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        Shape s = Case.Shape;
        long length = s.Length;
        return benchmark == nameof(Forward)
            ? Work.OfNumbers(4 * length, length + s[0])
            : Work.OfNumbers(6 * length, (2 * length) + s[0]);
    }

    /// <summary>The loss alone.</summary>
    [Benchmark]
    public void Forward()
    {
        crossEntropy.Forward(logits, targets, classWeights: null, loss);
        Finish();
    }

    /// <summary>The loss and dLogits, as in training.</summary>
    [Benchmark]
    public void ForwardBackward()
    {
        crossEntropy.ForwardBackward(logits, targets, classWeights: null, loss, dLogits);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        Shape s = Case.Shape;
        crossEntropy = new SoftmaxCrossEntropy(Device, s[0], s[1]);
        logits = Noise(s);
        dLogits = Zeros(s);
        loss = Zeros(new Shape(1));
        int[] labels = [.. Enumerable.Range(0, s[0]).Select(row => row % s[1])];
        targets = Device.Upload<int>(new Shape(s[0]), labels);
    }
}
