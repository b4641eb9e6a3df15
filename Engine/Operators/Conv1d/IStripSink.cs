namespace NativeCnn.Engine.Operators;

/// <summary>Takes the finished rows of a strip: the epilogue of a convolution.</summary>
internal unsafe interface IStripSink
{
    /// <summary>The columns that a chunk needs.</summary>
    (int First, int Count) Columns(int chunk);

    /// <summary>
    /// Stores out[o, first ..] of one clip, output channel and output phase; the row may be overwritten.
    /// </summary>
    void Store(int clip, int output, int phase, int chunk, int first, int count, float* row);
}
