namespace NativeCnn.Model.Runs;

/// <summary>A setting that two runs have otherwise.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Path">Its place in config.json: <c>training.batch_size</c>, <c>model.layers[2].filters</c>.</param>
/// <param name="A">The JSON of the first run; null where it has no such setting.</param>
/// <param name="B">The JSON of the second run; null where it has no such setting.</param>
public sealed record SettingDifference(string Path, string? A, string? B);
