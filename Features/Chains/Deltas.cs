// Delta and delta-delta as further channels behind the features: [B, (1 + D) R, T], D = 1 or 2, R rows.
//   delta_t = sum_{|j| <= H} w_j x_{t+j}         the filters: DeltaWeights
//   Savitzky-Golay: delta-delta is the second derivative of x. Regression: it is the delta of delta.
//   Beyond the ends: DeltaBorder. Interpolated: in the first and last H frames the window stands still at the first and
//   last place where it fits, whose line or parabola has one slope or curvature.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Features.Chains;

/// <summary>Appends deltas to features, on the device.</summary>
internal sealed class Deltas
{
    private readonly ComputeDevice device;
    private readonly int batch;
    private readonly int rows;
    private readonly int frames;
    private readonly int channels;
    private readonly bool isSecondDerivative;
    private readonly DeltaBorder border;
    private readonly Tensor<float>[] weights;

    /// <summary>Plans the filters.</summary>
    /// <param name="device">Where they will run.</param>
    /// <param name="options">The options, with Deltas above 0.</param>
    /// <param name="batch">Clips of a call.</param>
    /// <param name="frames">Frames of a clip.</param>
    public Deltas(ComputeDevice device, FeatureOptions options, int batch, int frames)
    {
        this.device = device;
        this.batch = batch;
        this.frames = frames;
        rows = options.StaticRows;
        channels = options.Rows;
        isSecondDerivative = options.DeltaConvention == DeltaConvention.SavitzkyGolay;
        border = options.EffectiveDeltaBorder;
        int width = options.EffectiveDeltaWidth;
        weights = new Tensor<float>[options.Deltas];
        for (int d = 0; d < weights.Length; d++)
        {
            weights[d] = device.Upload<float>(
                new Shape(width), DeltaWeights.Create(width, isSecondDerivative ? d + 1 : 1));
        }
    }

    /// <summary>Channels from R on, of the first R.</summary>
    /// <param name="features">[batch, (1 + D) R, frames].</param>
    public unsafe void Append(Tensor<float> features)
    {
        for (int d = 0; d < weights.Length; d++)
        {
            int from = isSecondDerivative ? 0 : d * rows;
            int to = (d + 1) * rows;
            if (device.IsHost)
            {
                device.Workers.Run(
                    batch * rows,
                    new HostBody(
                        features.Address, weights[d].Address, weights[d].Length, from, to, rows, channels, frames,
                        border));
            }
            else
            {
                device.Load<Args>(Filter).LaunchOver(
                    (long)batch * rows * frames,
                    new Args(features.View, weights[d].View, from, to, batch, rows, channels, frames, border));
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
            int first = (a.Border == (int)DeltaBorder.Interpolated
                ? IntrinsicMath.Max(half, IntrinsicMath.Min(t, a.Frames - 1 - half))
                : t) - half;
            int source = ((clip * a.Channels) + a.From + row) * a.Frames;
            float sum = 0f;
            for (int j = 0; j < width; j++)
            {
                int at = PlaceOf(first + j, a.Frames, a.Border);
                float weight = at < 0 ? 0f : a.Weights[j];
                sum += weight * a.Features[source + IntrinsicMath.Max(at, 0)];
            }

            a.Features[(((clip * a.Channels) + a.To + row) * a.Frames) + t] = sum;
        }
    }

    /// <summary>Which frame stands at a place that may lie beyond the ends; -1 for a zero.</summary>
    private static int PlaceOf(int place, int frames, int border)
    {
        bool isInside = place >= 0 && place < frames;
        int held = IntrinsicMath.Max(0, IntrinsicMath.Min(place, frames - 1));
        bool isMirrored = border == (int)DeltaBorder.Mirrored;
        int period = isMirrored ? IntrinsicMath.Max(2 * (frames - 1), 1) : frames;
        int folded = ((place % period) + period) % period;
        folded = folded < frames ? folded : period - folded;
        return isInside ? place
            : border == (int)DeltaBorder.Zero ? -1
            : isMirrored || border == (int)DeltaBorder.Wrapped ? folded
            : held;
    }

    internal readonly struct Args(
        ArrayView<float> features, ArrayView<float> weights, int from, int to, int batch, int rows, int channels,
        int frames, DeltaBorder border)
    {
        public readonly ArrayView<float> Features = features;
        public readonly ArrayView<float> Weights = weights;
        public readonly int From = from;
        public readonly int To = to;
        public readonly int Batch = batch;
        public readonly int Rows = rows;
        public readonly int Channels = channels;
        public readonly int Frames = frames;
        public readonly int Border = (int)border;
    }

    /// <summary>A row of a clip a part: its inner frames as vectors, a weight at a time.</summary>
    private readonly unsafe struct HostBody(
        float* features, float* weights, int width, int from, int to, int rows, int channels, int frames,
        DeltaBorder border) : IHostBody
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
            int centre = border == DeltaBorder.Interpolated ? Math.Max(half, Math.Min(t, frames - 1 - half)) : t;
            int first = centre - half;
            float sum = 0f;
            for (int j = 0; j < width; j++)
            {
                int at = PlaceOf(first + j, frames, (int)border);
                sum += at < 0 ? 0f : weights[j] * x[at];
            }

            return sum;
        }
    }
}
