// Standardises features, a coefficient at a time:  x <- (x - mean_c) / deviation_c.
// Mean and (population) deviation are those of the training part, over all its clips and frames, from the moments of
// each row (RowMoments), summed in double in the order of the clips.
using System.Diagnostics.CodeAnalysis;
using System.Runtime.Intrinsics;
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features;

/// <summary>Mean and deviation of every coefficient, kept with a model, and their application on the device.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Normalizer
{
    // A coefficient that is constant up to rounding carries nothing: it is centred and left unscaled.
    private const double LeastDeviation = 1e-6;

    private readonly float[] mean;
    private readonly float[] deviation;
    private Tensor<float>? table;

    /// <summary>A normaliser with the statistics that a model was trained with.</summary>
    /// <param name="mean">[coefficients].</param>
    /// <param name="deviation">[coefficients], each above 0.</param>
    /// <exception cref="ArgumentException">
    /// The arrays are of different lengths or empty, a mean is not finite, or a deviation is not above 0.
    /// </exception>
    public Normalizer(float[] mean, float[] deviation)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(deviation);
        if (mean.Length == 0 || mean.Length != deviation.Length)
        {
            throw new ArgumentException(
                $"{mean.Length} means and {deviation.Length} deviations came: give one of each for every coefficient");
        }

        for (int c = 0; c < mean.Length; c++)
        {
            if (!float.IsFinite(mean[c]) || !float.IsFinite(deviation[c]) || deviation[c] <= 0)
            {
                throw new ArgumentException(
                    $"coefficient {c} has mean {mean[c]} and deviation {deviation[c]}: give finite numbers, the " +
                    "deviation above 0");
            }
        }

        this.mean = [.. mean];
        this.deviation = [.. deviation];
    }

    /// <summary>The mean of every coefficient, [coefficients].</summary>
    public ReadOnlySpan<float> Mean => mean;

    /// <summary>The deviation of every coefficient, [coefficients]; 1 for one that was constant.</summary>
    public ReadOnlySpan<float> Deviation => deviation;

    /// <summary>Learns the statistics of a training set.</summary>
    /// <param name="features">[clips, coefficients, frames].</param>
    /// <exception cref="ArgumentException">It has another rank, no value, or one that is not finite.</exception>
    public static Normalizer Fit(Tensor<float> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Shape.Rank != 3 || features.Length == 0)
        {
            throw new ArgumentException(
                $"features of shape {features.Shape} came: give [clips, coefficients, frames] with at least one value",
                nameof(features));
        }

        Tensor<float> moments = features.Device.Allocate<float>(
            new Shape(features.Shape[0], features.Shape[1], RowMoments.Count));
        RowMoments.Compute(features, moments);
        return Fit(moments.ToArray(), features.Shape[1], features.Shape[2]);
    }

    /// <summary>Learns the statistics of a training set from the moments of its rows.</summary>
    /// <param name="moments">[clips, coefficients, 2], see <see cref="RowMoments"/>.</param>
    /// <param name="coefficients">Number of coefficients.</param>
    /// <param name="frames">Frames of a clip.</param>
    /// <exception cref="ArgumentException">There is no clip, or part of one, or a value is not finite.</exception>
    public static Normalizer Fit(ReadOnlySpan<float> moments, int coefficients, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(coefficients);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        int rowLength = coefficients * RowMoments.Count;
        if (moments.Length == 0 || moments.Length % rowLength != 0)
        {
            throw new ArgumentException(
                $"{moments.Length} moments came: a multiple of {rowLength} was expected, one at least",
                nameof(moments));
        }

        int clips = moments.Length / rowLength;
        float[] mean = new float[coefficients];
        float[] deviation = new float[coefficients];
        for (int c = 0; c < coefficients; c++)
        {
            double sum = 0;
            for (int at = c * RowMoments.Count; at < moments.Length; at += rowLength)
            {
                sum += moments[at];
            }

            // The deviations of a clip's values from the mean of all are those from its own mean and one more, the same
            // for each of its frames.
            double centre = sum / clips;
            double squares = 0;
            for (int at = c * RowMoments.Count; at < moments.Length; at += rowLength)
            {
                double apart = moments[at] - centre;
                squares += moments[at + 1] + (frames * apart * apart);
            }

            double spread = Math.Sqrt(squares / ((double)clips * frames));
            mean[c] = (float)centre;
            deviation[c] = spread <= LeastDeviation * Math.Max(1, Math.Abs(centre)) ? 1 : (float)spread;
        }

        return new Normalizer(mean, deviation);
    }

    /// <summary>Standardises features in place. The first call for a device uploads the statistics to it.</summary>
    /// <param name="features">[clips, coefficients, frames].</param>
    /// <exception cref="ArgumentException">It has another rank or another number of coefficients.</exception>
    public unsafe void Apply(Tensor<float> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Shape.Rank != 3 || features.Shape[1] != mean.Length)
        {
            throw new ArgumentException(
                $"features of shape {features.Shape} came: [clips, {mean.Length}, frames] were expected",
                nameof(features));
        }

        ComputeDevice device = features.Device;
        Prepare(device);
        int frames = features.Shape[2];
        if (device.IsHost)
        {
            device.Workers.Run(features.Shape[0], new HostBody(features.Address, table.Address, mean.Length, frames));
        }
        else
        {
            device.Load<Args>(ApplyKernel).LaunchOver(
                features.Length, new Args(features.View, table.View, mean.Length, frames));
        }
    }

    /// <summary>Uploads the statistics to a device, where they are not there yet.</summary>
    /// <param name="device">The device of the features to come.</param>
    [MemberNotNull(nameof(table))]
    public void Prepare(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (table is null || table.Device != device)
        {
            table = device.Upload<float>(
                new Shape(2, mean.Length), [.. mean, .. deviation.Select(spread => (float)(1.0 / spread))]);
        }
    }

    internal static void ApplyKernel(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Features.Length; i += Grid.DimX * Group.DimX)
        {
            int c = i / a.Frames % a.Coefficients;
            a.Features[i] = (a.Features[i] - a.Table[c]) * a.Table[a.Coefficients + c];
        }
    }

    internal readonly struct Args(ArrayView<float> features, ArrayView<float> table, int coefficients, int frames)
    {
        public readonly ArrayView<float> Features = features;
        public readonly ArrayView<float> Table = table;
        public readonly int Coefficients = coefficients;
        public readonly int Frames = frames;
    }

    /// <summary>Standardises one clip in the host's memory: the same numbers as <see cref="Apply"/> on the host.</summary>
    /// <param name="clip">[coefficients, frames].</param>
    internal unsafe void ApplyTo(Span<float> clip)
    {
        fixed (float* values = clip)
        {
            Standardize(values, table!.Address, mean.Length, clip.Length / mean.Length);
        }
    }

    private static unsafe void Standardize(float* clip, float* table, int coefficients, int frames)
    {
        for (int c = 0; c < coefficients; c++)
        {
            float centre = table[c];
            float scale = table[coefficients + c];
            float* row = clip + ((long)c * frames);
            int t = 0;
            for (; t <= frames - Vector512<float>.Count; t += Vector512<float>.Count)
            {
                ((Vector512.Load(row + t) - Vector512.Create(centre)) * scale).Store(row + t);
            }

            for (; t < frames; t++)
            {
                row[t] = (row[t] - centre) * scale;
            }
        }
    }

    /// <summary>A clip a part.</summary>
    private readonly unsafe struct HostBody(float* features, float* table, int coefficients, int frames) : IHostBody
    {
        public void Run(int part, int worker) => Standardize(
            features + ((long)part * coefficients * frames), table, coefficients, frames);
    }
}
