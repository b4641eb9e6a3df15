using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Caching;

namespace NativeCnn.Model.FeatureSets;

/// <summary>
/// Rows that stay in the packs that they were found in or written to; the system keeps of them in memory what it has
/// room for.
/// </summary>
/// <param name="rows">Rows at most.</param>
/// <param name="layout">What a row of a pack consists of.</param>
internal sealed class DiskPlace(int rows, PackLayout layout) : IRowPlace
{
    private readonly PackRow[] places = new PackRow[rows];

    /// <inheritdoc/>
    public void Put(int first, Tensor<float> rows)
    {
        // They are written as they are computed, see Written.
    }

    /// <inheritdoc/>
    public void Take(int first, ReadOnlySpan<PackRow?> found, Span<float> notes, Span<bool> taken)
    {
        // Read once to see that they are whole: a mini-batch does not look again.
        float[] values = new float[layout.Values];
        for (int i = 0; i < found.Length; i++)
        {
            taken[i] = found[i] is { } one
                && one.Pack.TryRead(one.Row, values, notes.Slice(i * layout.Notes, layout.Notes));
            places[first + i] = found[i] ?? default;
        }
    }

    /// <inheritdoc/>
    public void Written(int row, PackRow place) => places[row] = place;

    /// <inheritdoc/>
    public IBatchSource Close(int[] kept, Tensor<int> labels) => Batches.Of(
        new Reader([.. kept.Select(row => places[row])], layout.Values), labels);

    private sealed class Reader(PackRow[] places, int rowLength) : IRowReader
    {
        public int Count => places.Length;

        public int RowLength => rowLength;

        public void Expect(int row) => places[row].Pack.Expect(places[row].Row);

        public void Read(int row, Span<float> values) => places[row].Pack.Read(places[row].Row, values);
    }
}
