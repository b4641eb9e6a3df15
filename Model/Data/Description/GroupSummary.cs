namespace NativeCnn.Model.Data.Description;

/// <summary>A grouping.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="GroupBy">What <c>--group</c> takes.</param>
/// <param name="Groups">How many groups it makes.</param>
/// <param name="Smallest">Clips of the smallest.</param>
/// <param name="Largest">Clips of the largest.</param>
public sealed record GroupSummary(string GroupBy, int Groups, int Smallest, int Largest);
