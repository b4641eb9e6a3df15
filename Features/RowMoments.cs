// Mean and sum of squared deviations of every row:  m[b, c] = (sum over t of x[b, c, t]) / T,
// s[b, c] = sum over t of (x[b, c, t] - m[b, c])^2. Two passes over a row, so that a large mean costs no digits. What
// many clips have in common follows from them (Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for
// computing sample variances", 1979): Normalizer never sees the features themselves, wherever they are kept.
// Bodies: portable, a group a row, its threads' sums added in a fixed tree. Host: a row a part, summed in vector lanes.
using System.Runtime.Intrinsics;
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Features;

/// <summary>The moments of every row of features, on the device.</summary>
public static class RowMoments
{
    /// <summary>Numbers that a row leaves: its mean and its sum of squared deviations.</summary>
    public const int Count = 2;

    /// <summary>moments = mean and sum of squared deviations of every row.</summary>
    /// <param name="features">[clips, coefficients, frames], on one device with the moments.</param>
    /// <param name="moments">[clips, coefficients, 2]; assigned.</param>
    /// <exception cref="ArgumentException">A tensor has another shape.</exception>
    public static unsafe void Compute(Tensor<float> features, Tensor<float> moments)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(moments);
        if (features.Shape.Rank != 3)
        {
            throw new ArgumentException(
                $"features of shape {features.Shape} came: give [clips, coefficients, frames]", nameof(features));
        }

        int rows = features.Shape[0] * features.Shape[1];
        int frames = features.Shape[2];
        moments.Expect(new Shape(features.Shape[0], features.Shape[1], Count));
        if (rows == 0 || frames == 0)
        {
            moments.Clear();
            return;
        }

        ComputeDevice device = features.Device;
        if (device.IsHost)
        {
            device.Workers.Run(rows, new HostBody(features.Address, moments.Address, frames));
        }
        else
        {
            device.Load<Args>(MomentsOfRow).Launch(
                rows, GroupSum.Threads(device), new Args(features.View, moments.View, frames));
        }
    }

    internal static void MomentsOfRow(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        int first = Grid.IdxX * a.Frames;
        float sum = 0f;
        for (int t = Group.IdxX; t < a.Frames; t += Group.DimX)
        {
            sum += a.Features[first + t];
        }

        float mean = GroupSum.Of(shared, sum) / a.Frames;
        float squares = 0f;
        for (int t = Group.IdxX; t < a.Frames; t += Group.DimX)
        {
            float deviation = a.Features[first + t] - mean;
            squares += deviation * deviation;
        }

        squares = GroupSum.Of(shared, squares);
        if (Group.IdxX == 0)
        {
            a.Moments[Count * Grid.IdxX] = mean;
            a.Moments[(Count * Grid.IdxX) + 1] = squares;
        }
    }

    internal readonly struct Args(ArrayView<float> features, ArrayView<float> moments, int frames)
    {
        public readonly ArrayView<float> Features = features;
        public readonly ArrayView<float> Moments = moments;
        public readonly int Frames = frames;
    }

    private readonly unsafe struct HostBody(float* features, float* moments, int frames) : IHostBody
    {
        public void Run(int part, int worker)
        {
            float* row = features + ((long)part * frames);
            float mean = TensorPrimitives.Sum<float>(new ReadOnlySpan<float>(row, frames)) / frames;
            Vector512<float> centre = Vector512.Create(mean);
            Vector512<float> sums = Vector512<float>.Zero;
            int t = 0;
            for (; t <= frames - Vector512<float>.Count; t += Vector512<float>.Count)
            {
                Vector512<float> deviation = Vector512.Load(row + t) - centre;
                sums += deviation * deviation;
            }

            float squares = Vector512.Sum(sums);
            for (; t < frames; t++)
            {
                squares += (row[t] - mean) * (row[t] - mean);
            }

            moments[Count * part] = mean;
            moments[(Count * part) + 1] = squares;
        }
    }
}
