namespace NativeCnn.Model.Exports.Operators;

/// <summary>The channels of several values, one behind another: [C1, T], [C2, T] -> [C1 + C2, T]; flat ones too.</summary>
/// <param name="Parts">At least two, of as many time steps.</param>
/// <param name="Output">All channels.</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record ConcatOperator(IReadOnlyList<ExportValue> Parts, ExportValue Output)
    : ExportOperator(Parts, Output)
{
    /// <summary>What stands one behind another.</summary>
    public IReadOnlyList<ExportValue> Parts => Inputs;
}
