namespace NativeCnn.Engine.Operators;

/// <summary>
/// Takes the moments of finished rows, for the normalisation that follows, while they are in the first cache.
/// </summary>
/// <param name="inner">Where rows go.</param>
/// <param name="chunks">Chunks of a row, which are its pieces.</param>
/// <param name="bias">[K], or null; the inner sink does not add it.</param>
/// <param name="moments">Mean and squared distances of each piece, assigned.</param>
internal readonly unsafe struct RowMomentsSink<TSink>(TSink inner, int chunks, float* bias, RowSums moments)
    : IStripSink
    where TSink : struct, IStripSink
{
    /// <inheritdoc/>
    public (int First, int Count) Columns(int chunk) => inner.Columns(chunk);

    /// <inheritdoc/>
    public void Store(
        int clip, int clips, int output, int phase, int chunk, int first, int count, float* rows, int pitch)
    {
        if (bias != null)
        {
            // The moments of what is stored: rounding the sum moves its mean.
            Add(clips, new ChannelMap(0f, 1f, bias[output]), count, rows, pitch);
        }

        double* means = stackalloc double[HostMoments.RowsAtOnce];
        double* squares = stackalloc double[HostMoments.RowsAtOnce];
        for (int one = 0; one < clips;)
        {
            int at = Math.Min(HostMoments.RowsAtOnce, clips - one);
            HostMoments.OfRows(rows + ((long)one * pitch), pitch, at, count, means, squares);
            for (int i = 0; i < at; i++, one++)
            {
                moments.Store(((clip + one) * chunks) + chunk, output, means[i], squares[i]);
            }
        }

        inner.Store(clip, clips, output, phase, chunk, first, count, rows, pitch);
    }

    private static void Add(int clips, in ChannelMap map, int count, float* rows, int pitch)
    {
        for (int one = 0; one < clips; one++, rows += pitch)
        {
            HostNormRelu.Forward(rows, count, map, float.NegativeInfinity, rows);
        }
    }
}
