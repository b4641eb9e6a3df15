namespace NativeCnn.Engine.Operators;

/// <summary>Takes the finished rows of a strip: the epilogue of a convolution.</summary>
internal unsafe interface IStripSink
{
    /// <summary>The columns that a chunk needs.</summary>
    (int First, int Count) Columns(int chunk);

    /// <summary>
    /// Stores out[o, first ..] of some clips, one output channel and output phase; the rows may be overwritten.
    /// </summary>
    /// <param name="clip">The first clip.</param>
    /// <param name="clips">How many.</param>
    /// <param name="output">The output channel.</param>
    /// <param name="phase">The output phase.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="first">Its first column.</param>
    /// <param name="count">Its columns.</param>
    /// <param name="rows">The first clip's row.</param>
    /// <param name="pitch">From a clip's row to the next.</param>
    void Store(int clip, int clips, int output, int phase, int chunk, int first, int count, float* rows, int pitch);
}
