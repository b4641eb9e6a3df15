using NativeCnn.Engine.Optimizers;

namespace NativeCnn.Model.Explanations;

/// <summary>One number of a network through one training step.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">The number, such as <c>conv1.weight[3,12,1]</c>.</param>
/// <param name="Value">What it is in this step.</param>
/// <param name="Terms">Every term of its gradient, in the order of the outputs.</param>
/// <param name="Outputs">How many outputs the layers that use it have.</param>
/// <param name="Gradient">What the device computed.</param>
/// <param name="LossDifference">
/// (L(v + h) - L(v - h)) / (2 h) of the whole network's loss in float64: the gradient by its definition.
/// </param>
/// <param name="Update">The optimiser's formula with the numbers in it; none where it is no parameter.</param>
/// <param name="NewValue">What the device made of it; null where it is no parameter.</param>
public sealed record Explanation(
    string Name, float Value, IReadOnlyList<ExplainedTerm> Terms, int Outputs, float Gradient, double LossDifference,
    IReadOnlyList<UpdateLine> Update, float? NewValue)
{
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
