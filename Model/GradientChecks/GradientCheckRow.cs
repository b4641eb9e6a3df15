using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.GradientChecks;

/// <summary>What was found of one gradient that a stage computes.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Stage">The layers that run as one, such as <c>conv1 + relu + pool</c>.</param>
/// <param name="Tensor">What the gradient is of: <c>conv1.weight</c>, or <c>input of conv1</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Checked">Elements that were compared.</param>
/// <param name="Kinks">
/// Elements that were left out: the function has a kink there (a ReLU at 0, two equal maxima), so it has no derivative.
/// </param>
/// <param name="Index">The place of the element that is furthest from what is allowed.</param>
/// <param name="Gradient">What the device computed there.</param>
/// <param name="Difference">What finite differences in float64 give there.</param>
/// <param name="Allowed">How far apart the two may be there.</param>
/// <param name="RelativeError">Their distance as a share of the magnitudes of all terms of the sum.</param>
public sealed record GradientCheckRow(
    string Stage, string Tensor, Shape Shape, int Checked, int Kinks, int Index, double Gradient, double Difference,
    double Allowed, double RelativeError)
{
    /// <summary>True where every element that was compared is within what is allowed, and some were.</summary>
    public bool Passed => Checked > 0 && Math.Abs(Gradient - Difference) <= Allowed;

    /// <summary>The place of the worst element by its coordinates, such as <c>[3,12,1]</c>.</summary>
    public string Place => Coordinates.Of(Shape.ToArray(), Index);
}
