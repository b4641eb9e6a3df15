// What networks are written with for other programs: about as many operators as a page lists, each defined in a line at
// its record. A layer says in Export which of them it is, and a format says once how it writes each.
namespace NativeCnn.Model.Exports.Operators;

/// <summary>One operator of an exported network, in inference.</summary>
/// <param name="Inputs">What it takes.</param>
/// <param name="Output">What it gives.</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public abstract record ExportOperator(IReadOnlyList<ExportValue> Inputs, ExportValue Output)
{
    /// <summary>The first input.</summary>
    public ExportValue X => Inputs[0];

    /// <summary>The same operator where a value is another.</summary>
    internal ExportOperator Reading(ExportValue before, ExportValue now) =>
        this with { Inputs = [.. Inputs.Select(input => input == before ? now : input)] };

    /// <summary>The tensors that it brings along.</summary>
    public virtual IEnumerable<ExportWeight> Weights => [];
}
