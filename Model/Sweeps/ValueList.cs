namespace NativeCnn.Model.Sweeps;

/// <summary>A setting with the values that it takes in turn.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">The setting.</param>
/// <param name="Values">One value at least.</param>
internal sealed record ValueList(string Name, IReadOnlyList<SweepSetting> Values);
