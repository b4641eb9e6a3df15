namespace NativeCnn.Model.Data.Description;

/// <summary>Clips of a part of the split: train, validation or test.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record PartCount(string Part, int Clips);
