namespace NativeCnn.Model.Reports;

/// <summary>A name and a value.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">The name.</param>
/// <param name="Value">The value.</param>
public sealed record ReportFact(string Name, string Value)
{
    /// <summary>True for what another run of the same command would not repeat: times.</summary>
    public bool Varies { get; init; }
}
