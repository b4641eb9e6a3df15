// Operations: 2 B I O each way; the bias and ReLU are left out, as papers do.
// Bytes, numbers of 4:  Forward, ForwardRelu  x + W + bias + y
//                       BackwardInput         dY + W + dX
//                       BackwardWeight        dY + x + 2 (dW + dBias)
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>Fully connected layers.</summary>
public class DenseBenchmarks : OperatorBenchmarks
{
    private Dense dense = null!;
    private Tensor<float> x = null!, weight = null!, bias = null!, y = null!;
    private Tensor<float> dX = null!, dWeight = null!, dBias = null!;

    /// <summary>The article's two layers at batch 64, the first at batch 32 with 32 filters, and a large one.</summary>
    public static IEnumerable<Case<DenseShape>> Cases =>
    [
        ShapeCase.Of(new DenseShape(64, 3072, 128)),
        ShapeCase.Of(new DenseShape(64, 128, 10)),
        ShapeCase.Of(new DenseShape(32, 1536, 128)),
        ShapeCase.Of(new DenseShape(256, 4096, 4096)),
    ];

    /// <summary>The shape.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<DenseShape> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        DenseShape s = Case.Shape;
        double operations = 2.0 * s.Batch * s.Inputs * s.Outputs;
        long activations = (long)s.Input.Length + s.Output.Length;
        long weights = (long)s.Weight.Length + s.Bias.Length;
        return Work.OfNumbers(operations, benchmark switch
        {
            nameof(BackwardInput) => activations + s.Weight.Length,
            nameof(BackwardWeight) => activations + (2 * weights),
            _ => activations + weights,
        });
    }

    /// <summary>y = x W^T + bias.</summary>
    [Benchmark]
    public void Forward()
    {
        dense.Forward(x, weight, bias, y);
        Finish();
    }

    /// <summary>y = max(x W^T + bias, 0), fused.</summary>
    [Benchmark]
    public void ForwardRelu()
    {
        dense.ForwardRelu(x, weight, bias, y);
        Finish();
    }

    /// <summary>dX = dY W.</summary>
    [Benchmark]
    public void BackwardInput()
    {
        dense.BackwardInput(y, weight, dX);
        Finish();
    }

    /// <summary>dW and dBias.</summary>
    [Benchmark]
    public void BackwardWeight()
    {
        dense.BackwardWeight(x, y, dWeight, dBias);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        DenseShape s = Case.Shape;
        dense = new Dense(Device, s);
        x = Noise(s.Input);
        weight = Noise(s.Weight);
        bias = Noise(s.Bias);
        y = Noise(s.Output); // dY, too.
        dX = Zeros(s.Input);
        dWeight = Zeros(s.Weight);
        dBias = Zeros(s.Bias);
    }
}
