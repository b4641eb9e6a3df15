using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Caching;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Rows in the machine's memory, in pieces: together they may be more than an array can hold.</summary>
internal sealed class MemoryPlace : IRowPlace
{
    // 16 MiB.
    private const int ValuesOfPiece = 1 << 22;

    private readonly float[][] pieces;
    private readonly int rowsOfPiece;
    private readonly int rowLength;

    /// <summary>Takes the memory.</summary>
    /// <param name="rows">Rows at most.</param>
    /// <param name="rowLength">Values of a row.</param>
    public MemoryPlace(int rows, int rowLength)
    {
        this.rowLength = rowLength;
        rowsOfPiece = Math.Clamp(ValuesOfPiece / rowLength, 1, Math.Max(1, rows));
        pieces = new float[(rows + rowsOfPiece - 1) / rowsOfPiece][];
        for (int piece = 0; piece < pieces.Length; piece++)
        {
            int count = Math.Min(rowsOfPiece, rows - (piece * rowsOfPiece));
            pieces[piece] = GC.AllocateUninitializedArray<float>(count * rowLength);
        }
    }

    /// <inheritdoc/>
    public void Put(int first, Tensor<float> rows)
    {
        ReadOnlySpan<float> values = rows.Device.IsHost ? rows.Span : rows.ToArray();
        for (int i = 0; i * rowLength < values.Length; i++)
        {
            values.Slice(i * rowLength, rowLength).CopyTo(RowAt(first + i));
        }
    }

    /// <inheritdoc/>
    public void Take(int first, ReadOnlySpan<PackRow?> found, Span<float> notes, Span<bool> taken)
    {
        int notesOfRow = notes.Length / found.Length;
        for (int i = 0; i < found.Length; i++)
        {
            taken[i] = found[i] is { } one
                && one.Pack.TryRead(one.Row, RowAt(first + i), notes.Slice(i * notesOfRow, notesOfRow));
        }
    }

    /// <inheritdoc/>
    public IBatchSource Close(int[] kept, Tensor<int> labels) =>
        new FedBatches(new Reader(this, kept), labels);

    private Span<float> RowAt(int row) =>
        pieces[row / rowsOfPiece].AsSpan(row % rowsOfPiece * rowLength, rowLength);

    private sealed class Reader(MemoryPlace place, int[] kept) : IRowReader
    {
        public int Count => kept.Length;

        public int RowLength => place.rowLength;

        public void Read(int row, Span<float> values) => place.RowAt(kept[row]).CopyTo(values);
    }
}
