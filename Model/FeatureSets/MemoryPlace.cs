using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Caching;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Rows in the machine's memory, in pieces: together they may be more than an array can hold.</summary>
internal sealed class MemoryPlace : IRowPlace
{
    private const int BytesOfPiece = 1 << 24;

    private readonly byte[][] pieces;
    private readonly int rowsOfPiece;
    private readonly PackLayout layout;

    /// <summary>Takes the memory.</summary>
    /// <param name="rows">Rows at most.</param>
    /// <param name="layout">What a row consists of; its notes are not kept.</param>
    public MemoryPlace(int rows, PackLayout layout)
    {
        this.layout = layout;
        rowsOfPiece = Math.Clamp(BytesOfPiece / layout.ValueBytes, 1, Math.Max(1, rows));
        pieces = new byte[(rows + rowsOfPiece - 1) / rowsOfPiece][];
        for (int piece = 0; piece < pieces.Length; piece++)
        {
            int count = Math.Min(rowsOfPiece, rows - (piece * rowsOfPiece));
            pieces[piece] = GC.AllocateUninitializedArray<byte>(count * layout.ValueBytes);
        }
    }

    /// <inheritdoc/>
    public void Put(int first, Tensor<float> rows)
    {
        ReadOnlySpan<float> values = rows.Device.IsHost ? rows.Span : rows.ToArray();
        for (int i = 0; i * layout.Values < values.Length; i++)
        {
            layout.Narrow(values.Slice(i * layout.Values, layout.Values), RowAt(first + i));
        }
    }

    /// <inheritdoc/>
    public void Take(int first, ReadOnlySpan<PackRow?> found, Span<float> notes, Span<bool> taken)
    {
        float[] values = new float[layout.Values];
        for (int i = 0; i < found.Length; i++)
        {
            taken[i] = found[i] is { } one
                && one.Pack.TryRead(one.Row, values, notes.Slice(i * layout.Notes, layout.Notes));
            if (taken[i])
            {
                layout.Narrow(values, RowAt(first + i));
            }
        }
    }

    /// <inheritdoc/>
    public IBatchSource Close(int[] kept, Tensor<int> labels) =>
        Batches.Of(new Reader(this, kept), labels);

    /// <summary>A row as it is kept.</summary>
    public Span<byte> RowAt(int row) =>
        pieces[row / rowsOfPiece].AsSpan(row % rowsOfPiece * layout.ValueBytes, layout.ValueBytes);

    private sealed class Reader(MemoryPlace place, int[] kept) : IRowReader
    {
        public int Count => kept.Length;

        public int RowLength => place.layout.Values;

        public void Read(int row, Span<float> values) => place.layout.Widen(place.RowAt(kept[row]), values);
    }
}
