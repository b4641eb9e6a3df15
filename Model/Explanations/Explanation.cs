using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Optimizers;

namespace NativeCnn.Model.Explanations;

/// <summary>One number of a network through one training step.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record Explanation
{
    /// <summary>The number, such as <c>conv1.weight[3,12,1]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is in this step.</summary>
    public required float Value { get; init; }

    /// <summary>How it comes about, in lines with the numbers put in; none where its layer has none.</summary>
    public IReadOnlyList<FormulaLine> Forward { get; init; } = [];

    /// <summary>Every term of its gradient, in the order of the outputs.</summary>
    public IReadOnlyList<ExplainedTerm> Terms { get; init; } = [];

    /// <summary>How many outputs the layers that use it have.</summary>
    public int Outputs { get; init; }

    /// <summary>The gradient that the device computed; null of the loss.</summary>
    public float? Gradient { get; init; }

    /// <summary>In which order the device added the terms; null where nobody asked.</summary>
    public SummationOrder? Order { get; init; }

    /// <summary>
    /// (L(v + h) - L(v - h)) / (2 h) of the whole network's loss in float64: the gradient by its definition.
    /// </summary>
    public double? LossDifference { get; init; }

    /// <summary>The optimiser's formula with the numbers in it; none where it is no parameter.</summary>
    public IReadOnlyList<FormulaLine> Update { get; init; } = [];

    /// <summary>What the device made of it; null where it is no parameter.</summary>
    public float? NewValue { get; init; }

    /// <summary>The sum of all terms in float64.</summary>
    public double Sum => Terms.Sum(term => term.Product);

    /// <summary>The same in float32, one after the other, product and sum rounded each.</summary>
    public float SumInFloat32
    {
        get
        {
            float sum = 0;
            foreach (ExplainedTerm term in Terms)
            {
                sum += (float)term.Upstream * (float)term.Factor;
            }

            return sum;
        }
    }
}
