namespace NativeCnn.Tools.Exporting.C;

/// <summary>Where features are computed in the static memory.</summary>
/// <param name="Rows">The rows of all frames, at last the features.</param>
/// <param name="Buffers">Two buffers of a frame; none for samples as they are.</param>
/// <param name="Energies">The energies of all frames, or null.</param>
internal sealed record CFeatureSlots(CSlot Rows, IReadOnlyList<CSlot> Buffers, CSlot? Energies);
