using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Rows of the convolution's gradient, made while they are packed: the pooled gradient put back at argMax where
/// ReLU let it through. The gradient as a tensor of its own is never written.
/// </summary>
internal readonly unsafe struct PooledRows(
    Pool1dShape pool, Tensor<float> y, Tensor<float> dY, Tensor<int> argMax) : IHostRows
{
    private readonly float* y = y.Address;
    private readonly float* dY = dY.Address;
    private readonly int* argMax = argMax.Address;

    /// <inheritdoc/>
    public void Pack(int clip, int channel, int start, int step, float* packed, int width)
    {
        int windows = pool.OutputLength;
        long row = (((long)clip * pool.Channels) + channel) * windows;
        float* values = y + row;
        float* gradients = dY + row;
        int* places = argMax + row;
        // The windows that reach into [start, start + width).
        int first = Math.Max(0, (start + pool.Padding - pool.Window + pool.Stride) / pool.Stride);
        int end = Math.Min(windows, ((Math.Max(0, start + width - 1) + pool.Padding) / pool.Stride) + 1);
        int lead = Math.Clamp(-start, 0, width);
        int filled = lead;
        if (pool.IsPairs && (start + lead) % 2 == 0)
        {
            // Pairs that lie in the range as a whole go in as vectors; one that ceil mode lets reach past the last step
            // gets a 0 there, as packed rows have it.
            int whole = Math.Max(0, Math.Min(windows - first, (width - lead) / 2));
            int done = HostPairs.Spread(gradients + first, places + first, values + first, whole, packed + lead);
            first += done;
            filled += 2 * done;
        }

        new Span<float>(packed, lead).Clear();
        new Span<float>(packed + filled, width - filled).Clear();
        for (int j = first; j < end; j++)
        {
            int i = places[j] - start;
            if ((uint)i < (uint)width)
            {
                packed[i] += values[j] <= 0f ? 0f : gradients[j];
            }
        }
    }
}
