using NativeCnn.Model.Caching;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Reads rows of packs into neighbouring rows of memory.</summary>
internal static class Packed
{
    /// <summary>Reads the rows that packs have and that are whole.</summary>
    /// <param name="found">Where each lies; null where no pack has it.</param>
    /// <param name="values">[rows, values].</param>
    /// <param name="notes">[rows, notes].</param>
    /// <param name="taken">Which were read.</param>
    public static void Read(
        ReadOnlySpan<PackRow?> found, Span<float> values, Span<float> notes, Span<bool> taken)
    {
        int valuesOfRow = values.Length / found.Length;
        int notesOfRow = notes.Length / found.Length;
        for (int i = 0; i < found.Length; i++)
        {
            taken[i] = found[i] is { } one && one.Pack.TryRead(
                one.Row, values.Slice(i * valuesOfRow, valuesOfRow), notes.Slice(i * notesOfRow, notesOfRow));
        }
    }
}
