namespace NativeCnn.Model.Caching;

/// <summary>Where a row lies.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Row">Its row.</param>
internal readonly record struct PackRow(FeaturePack Pack, int Row);
