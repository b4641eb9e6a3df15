// Delta and delta-delta as further channels behind the features: [B, (1 + D) R, T], D = 1 or 2, R rows.
//   delta_t = sum_{|j| <= H} w_j x_{t+j}         the filters: DeltaWeights
//   Savitzky-Golay ("interp"): delta-delta is the second derivative of x; in the first and last H frames the window
//   stands still at the first and last place where it fits, whose line or parabola has one slope or curvature.
//   Regression: delta-delta is the delta of delta; beyond the ends the first and last frame are repeated.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Spectral;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Features;

/// <summary>Appends deltas to features, on the device.</summary>
internal sealed class Deltas
{
    private readonly ComputeDevice device;
    private readonly int batch;
    private readonly int rows;
    private readonly int frames;
    private readonly int channels;
    private readonly bool isInterpolated;
    private readonly Tensor<float>[] weights;

    /// <summary>Plans the filters.</summary>
    /// <param name="device">Where they will run.</param>
    /// <param name="options">The settings, with Deltas above 0.</param>
    /// <param name="batch">Clips of a call.</param>
    /// <param name="frames">Frames of a clip.</param>
    public Deltas(ComputeDevice device, FeatureOptions options, int batch, int frames)
    {
        this.device = device;
        this.batch = batch;
        this.frames = frames;
        rows = options.StaticRows;
        channels = options.Rows;
        isInterpolated = options.DeltaConvention == DeltaConvention.SavitzkyGolay;
        int width = options.EffectiveDeltaWidth;
        weights = new Tensor<float>[options.Deltas];
        for (int d = 0; d < weights.Length; d++)
        {
            weights[d] = device.Upload<float>(
                new Shape(width), DeltaWeights.Create(width, isInterpolated ? d + 1 : 1));
        }
    }

    /// <summary>Channels from R on, of the first R.</summary>
    /// <param name="features">[batch, (1 + D) R, frames].</param>
    public unsafe void Append(Tensor<float> features)
    {
        for (int d = 0; d < weights.Length; d++)
        {
            int from = isInterpolated ? 0 : d * rows;
            int to = (d + 1) * rows;
            if (device.IsHost)
            {
                device.Workers.Run(
                    batch * rows,
                    new HostBody(
                        features.Address, weights[d].Address, weights[d].Length, from, to, rows, channels, frames,
                        isInterpolated));
            }
            else
            {
                device.Load<Args>(Filter).LaunchOver(
                    (long)batch * rows * frames,
                    new Args(features.View, weights[d].View, from, to, batch, rows, channels, frames, isInterpolated));
            }
        }
    }

    internal static void Filter(Args a)
    {
        int width = a.Weights.IntLength;
        int half = width / 2;
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * a.Rows * a.Frames; i += Grid.DimX * Group.DimX)
        {
            int t = i % a.Frames;
            int row = i / a.Frames % a.Rows;
            int clip = i / (a.Frames * a.Rows);
            int first = (a.IsInterpolated != 0
                ? IntrinsicMath.Max(half, IntrinsicMath.Min(t, a.Frames - 1 - half))
                : t) - half;
            int source = ((clip * a.Channels) + a.From + row) * a.Frames;
            float sum = 0f;
            for (int j = 0; j < width; j++)
            {
                int at = IntrinsicMath.Max(0, IntrinsicMath.Min(first + j, a.Frames - 1));
                sum += a.Weights[j] * a.Features[source + at];
            }

            a.Features[(((clip * a.Channels) + a.To + row) * a.Frames) + t] = sum;
        }
    }

    internal readonly struct Args(
        ArrayView<float> features, ArrayView<float> weights, int from, int to, int batch, int rows, int channels,
        int frames, bool isInterpolated)
    {
        public readonly ArrayView<float> Features = features;
        public readonly ArrayView<float> Weights = weights;
        public readonly int From = from;
        public readonly int To = to;
        public readonly int Batch = batch;
        public readonly int Rows = rows;
        public readonly int Channels = channels;
        public readonly int Frames = frames;
        public readonly int IsInterpolated = isInterpolated ? 1 : 0;
    }

    /// <summary>A row of a clip a part: its inner frames as vectors, a weight at a time.</summary>
    private readonly unsafe struct HostBody(
        float* features, float* weights, int width, int from, int to, int rows, int channels, int frames,
        bool isInterpolated) : IHostBody
    {
        public void Run(int part, int worker)
        {
            long clip = (long)(part / rows) * channels;
            float* x = features + ((clip + from + (part % rows)) * frames);
            float* y = features + ((clip + to + (part % rows)) * frames);
            int half = width / 2;
            int inner = Math.Max(0, frames - (2 * half));
            var target = new Span<float>(y + Math.Min(half, frames), inner);
            target.Clear();
            for (int j = 0; j < width && inner > 0; j++)
            {
                TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(x + j, inner), weights[j], target, target);
            }

            for (int t = 0; t < frames; t = t + 1 == half && inner > 0 ? half + inner : t + 1)
            {
                y[t] = AtAnEnd(x, t, half);
            }
        }

        private float AtAnEnd(float* x, int t, int half)
        {
            int first = (isInterpolated ? Math.Max(half, Math.Min(t, frames - 1 - half)) : t) - half;
            float sum = 0f;
            for (int j = 0; j < width; j++)
            {
                sum += weights[j] * x[Math.Clamp(first + j, 0, frames - 1)];
            }

            return sum;
        }
    }
}
