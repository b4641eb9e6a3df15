// Cepstral mean normalisation: x[b, r, t] -= mean over t of x[b, r, .], for the first R rows of every clip, in place.
// Bodies: portable, a group a row, its threads' sums added in a fixed tree. Host: a row a part, summed in vector lanes.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Features.Chains;

/// <summary>Takes the mean of every row from it, on the device.</summary>
internal static class RowMeans
{
    /// <summary>The first rows of every clip, less their means.</summary>
    /// <param name="device">Where.</param>
    /// <param name="features">[batch, channels, frames]; changed in place.</param>
    /// <param name="rows">R, up to the channels.</param>
    public static unsafe void Subtract(ComputeDevice device, Tensor<float> features, int rows)
    {
        (int batch, int channels, int frames) = (features.Shape[0], features.Shape[1], features.Shape[2]);
        if (device.IsHost)
        {
            device.Workers.Run(batch * rows, new HostBody(features.Address, rows, channels, frames));
        }
        else
        {
            device.Load<Args>(SubtractMean).Launch(
                batch * rows, GroupSum.Threads(device), new Args(features.View, rows, channels, frames));
        }
    }

    internal static void SubtractMean(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        int clip = Grid.IdxX / a.Rows;
        int row = Grid.IdxX - (clip * a.Rows);
        int first = ((clip * a.Channels) + row) * a.Frames;
        float sum = 0f;
        for (int t = Group.IdxX; t < a.Frames; t += Group.DimX)
        {
            sum += a.Features[first + t];
        }

        float mean = GroupSum.Of(shared, sum) / a.Frames;
        for (int t = Group.IdxX; t < a.Frames; t += Group.DimX)
        {
            a.Features[first + t] -= mean;
        }
    }

    internal readonly struct Args(ArrayView<float> features, int rows, int channels, int frames)
    {
        public readonly ArrayView<float> Features = features;
        public readonly int Rows = rows;
        public readonly int Channels = channels;
        public readonly int Frames = frames;
    }

    private readonly unsafe struct HostBody(float* features, int rows, int channels, int frames) : IHostBody
    {
        public void Run(int part, int worker)
        {
            long row = ((long)(part / rows) * channels) + (part % rows);
            var values = new Span<float>(features + (row * frames), frames);
            TensorPrimitives.Subtract(values, TensorPrimitives.Sum<float>(values) / frames, values);
        }
    }
}
