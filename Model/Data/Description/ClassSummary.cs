namespace NativeCnn.Model.Data.Description;

/// <summary>A class.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Label">Its name.</param>
/// <param name="Clips">Its clips, damaged ones included.</param>
/// <param name="Seconds">Length of its readable clips together.</param>
public sealed record ClassSummary(string Label, int Clips, double Seconds);
