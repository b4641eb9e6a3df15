using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Caching;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Rows in the memory of a device.</summary>
internal sealed class DevicePlace : IRowPlace
{
    private readonly ComputeDevice device;
    private readonly Shape row;
    private readonly Tensor<float> all;

    /// <summary>Takes the memory.</summary>
    /// <param name="device">The device.</param>
    /// <param name="rows">Rows at most.</param>
    /// <param name="row">The shape of one: [C, T], or [samples].</param>
    /// <exception cref="DeviceMemoryException">The device has no room for them.</exception>
    public DevicePlace(ComputeDevice device, int rows, Shape row)
    {
        this.device = device;
        this.row = row;
        all = device.AllocateUninitialized<float>(ShapeOf(rows));
    }

    /// <inheritdoc/>
    public bool TakesFromAnyThread => device.IsHost;

    /// <inheritdoc/>
    public void Put(int first, Tensor<float> rows)
    {
        if (device.IsHost)
        {
            rows.Span.CopyTo(Rows(first, rows.Length / row.Length).Span);
        }
        else
        {
            Rows(first, rows.Length / row.Length).CopyFrom(rows);
        }
    }

    /// <inheritdoc/>
    public void Take(int first, ReadOnlySpan<PackRow?> found, Span<float> notes, Span<bool> taken)
    {
        if (device.IsHost)
        {
            Packed.Read(found, Rows(first, found.Length).Span, notes, taken);
            return;
        }

        float[] values = new float[found.Length * row.Length];
        Packed.Read(found, values, notes, taken);
        // What was not taken is computed later, over what is copied here.
        Rows(first, found.Length).CopyFrom(values);
    }

    /// <inheritdoc/>
    public IBatchSource Close(int[] kept, Tensor<int> labels)
    {
        if (kept.Length < all.Shape[0])
        {
            CloseGaps(kept);
        }

        return new DeviceBatches(all.Slice(0, ShapeOf(kept.Length)), labels);
    }

    // Rows only move towards the front; through a row of its own, so that neither device nor host copies within itself.
    private void CloseGaps(int[] kept)
    {
        Tensor<float> one = device.Allocate<float>(ShapeOf(1));
        for (int i = 0; i < kept.Length; i++)
        {
            if (kept[i] != i)
            {
                one.CopyFrom(Rows(kept[i], 1));
                Rows(i, 1).CopyFrom(one);
            }
        }
    }

    private Shape ShapeOf(int rows) => row.Rank == 1 ? new Shape(rows, row[0]) : new Shape(rows, row[0], row[1]);

    private Tensor<float> Rows(int first, int count) => all.Slice(first * row.Length, ShapeOf(count));
}
