namespace NativeCnn.Model.Explanations;

/// <summary>One term of a gradient: what the number does to one output, times that output's own gradient.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Output">The output, such as <c>conv1[0,3,17]</c>: clip, filter, time step.</param>
/// <param name="Upstream">The gradient of that output, the device's own number.</param>
/// <param name="Factor">
/// The output's derivative by the number explained: of a convolution's weight, the input that it meets.
/// </param>
public sealed record ExplainedTerm(string Output, double Upstream, double Factor)
{
    /// <summary>The term.</summary>
    public double Product => Upstream * Factor;
}
