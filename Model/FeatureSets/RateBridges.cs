// From the rates of files to the run's, on the device: an operator for each rate, planned when it is first met.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Resamples clips into rows of a block.</summary>
/// <param name="device">Where.</param>
/// <param name="format">Features and clip length.</param>
/// <param name="rows">Rows of a block.</param>
internal sealed class RateBridges(ComputeDevice device, ClipFormat format, int rows)
{
    private readonly Dictionary<int, Bridge> bridges = [];

    /// <summary>Fills the rows of clips that have a rate of their own.</summary>
    /// <param name="clips">The row of each, and the clip.</param>
    /// <param name="samples">[rows, clip samples].</param>
    public void Cross(IReadOnlyList<(int Row, AudioClip Clip)> clips, Tensor<float> samples)
    {
        for (int first = 0; first < clips.Count;)
        {
            // Neighbours of one rate cross together.
            int rate = clips[first].Clip.SampleRate;
            int end = first + 1;
            while (end < clips.Count && clips[end].Clip.SampleRate == rate
                && clips[end].Row == clips[end - 1].Row + 1)
            {
                end++;
            }

            BridgeFrom(rate).Cross(clips, first, end - first, samples);
            first = end;
        }
    }

    private Bridge BridgeFrom(int rate)
    {
        if (!bridges.TryGetValue(rate, out Bridge? bridge))
        {
            bridge = new Bridge(device, format, rate, rows);
            bridges.Add(rate, bridge);
        }

        return bridge;
    }

    /// <summary>The way from one rate to the run's.</summary>
    private sealed class Bridge
    {
        // Rows cross together, as many as 16 MiB hold.
        private const int MostSamples = 1 << 22;

        private readonly int width;
        private readonly Tensor<float> input;
        private readonly float[] staging;
        private readonly Resample resample;
        private readonly int needed;
        private readonly int outputs;

        public Bridge(ComputeDevice device, ClipFormat format, int rate, int rows)
        {
            outputs = format.ClipSamples;
            needed = Resample.InputLength(outputs, rate, format.Features.SampleRate);
            width = Math.Clamp(MostSamples / Math.Max(1, needed), 1, rows);
            input = device.Allocate<float>(new Shape(width, needed));
            staging = new float[input.Length];
            resample = new Resample(device, needed, rate, format.Features.SampleRate, outputs: outputs);
        }

        public void Cross(
            IReadOnlyList<(int Row, AudioClip Clip)> clips, int first, int count, Tensor<float> samples)
        {
            for (int done = 0; done < count; done += width)
            {
                int together = Math.Min(width, count - done);
                for (int i = 0; i < together; i++)
                {
                    ClipShaper.Fit(clips[first + done + i].Clip.Samples, staging.AsSpan(i * needed, needed));
                }

                Tensor<float> rows = input.Slice(0, new Shape(together, needed));
                rows.CopyFrom(staging.AsSpan(0, rows.Length));
                resample.Forward(
                    rows, samples.Slice(clips[first + done].Row * outputs, new Shape(together, outputs)));
            }
        }
    }
}
