using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>Inverted dropout: while training, an element is zeroed with probability rate.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("dropout")]
public sealed record DropoutLayer : Layer
{
    /// <summary>Probability in [0, 1) that an element is dropped.</summary>
    public float Rate { get; init; } = 0.5f;

    /// <inheritdoc/>
    protected internal override Reads BackwardReads => Reads.None;

    /// <inheritdoc/>
    protected internal override bool BackwardsInPlace => true;

    /// <inheritdoc/>
    protected internal override bool IsView(bool training) => !training || Rate == 0;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        CheckRate(Rate);
        return inputs[0];
    }

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at)
    {
        double[] mask = at.Mask(at.X.Length, Rate);
        return [.. at.X.Select((x, i) => x * mask[i])];
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<FormulaLine> Explain(LayerFormula at, int element) =>
        at.ExplainMask(element, Rate, at.X[element]);

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) =>
        at.Dropout(at.X, Rate);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new DropoutStage(at, Rate);

    /// <summary>Throws unless a rate lies in [0, 1).</summary>
    internal static void CheckRate(float rate)
    {
        if (rate is < 0 or >= 1 or float.NaN)
        {
            throw new ArgumentException($"a dropout rate lies in [0, 1), not at {rate}");
        }
    }
}

/// <summary>Dropout; planned for training alone, since inference passes values through.</summary>
internal sealed class DropoutStage(StagePlan at, float rate) : Stage
{
    private readonly Dropout dropout = new(at.Device, at.Y.Length, rate, at.RandomStream, at.Seed);
    private readonly TrainingProgress progress = at.Progress;
    private readonly Tensor<float> x = at.X;
    private readonly Tensor<float> y = at.Y;
    private readonly Tensor<float>? dY = at.DY;
    private readonly Tensor<float>? dX = at.DX;

    /// <summary>The mask of the last forward pass: 0, or 1 / (1 - rate).</summary>
    public Tensor<float> Mask { get; } = at.Keep<float>(at.Y.Shape);

    /// <summary>True where a test brings its own <see cref="Mask"/>: nothing is drawn then.</summary>
    public bool KeepsMask { get; set; }

    public override void Forward()
    {
        if (KeepsMask)
        {
            dropout.Apply(x, Mask, y);
        }
        else
        {
            dropout.Forward(x, y, Mask, progress);
        }
    }

    public override void Backward()
    {
        if (dX is not null)
        {
            dropout.Backward(dY!, Mask, dX);
        }
    }
}

public static partial class Nodes
{
    /// <summary>A <see cref="DropoutLayer"/>.</summary>
    public static Node Dropout(this Node x, float rate = 0.5f) => Required(x).Apply(new DropoutLayer { Rate = rate });
}
