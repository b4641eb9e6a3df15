// From clips of any rate and length to a batch on the device: cut or padded, and resampled there.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Samples [batch, clip samples] at the run's rate, filled with decoded clips.</summary>
internal sealed class ClipBatch
{
    private readonly ComputeDevice device;
    private readonly ClipFormat format;
    private readonly float[] staging;
    private readonly Dictionary<int, Bridge> bridges = [];

    public ClipBatch(ComputeDevice device, ClipFormat format, int batch)
    {
        this.device = device;
        this.format = format;
        Samples = device.Allocate<float>(new Shape(batch, format.ClipSamples));
        staging = new float[Samples.Length];
    }

    /// <summary>[batch, clip samples]; rows that no clip was given for are silent.</summary>
    public Tensor<float> Samples { get; }

    /// <summary>Fills the first rows with clips; the others become silent.</summary>
    public void Load(IReadOnlyList<DecodedClip> clips, int first, int count)
    {
        int length = format.ClipSamples;
        for (int i = 0; i < count; i++)
        {
            // Rows of another rate are overwritten below; until then they hold what has no meaning yet.
            ClipShaper.Fit(clips[first + i].Samples, staging.AsSpan(i * length, length));
        }

        staging.AsSpan(count * length).Clear();
        Samples.CopyFrom(staging);
        for (int start = 0; start < count;)
        {
            int rate = clips[first + start].SampleRate;
            int end = start + 1;
            while (end < count && clips[first + end].SampleRate == rate)
            {
                end++;
            }

            if (rate != format.Features.SampleRate)
            {
                BridgeFrom(rate).Cross(clips, first + start, end - start, Samples, start);
            }

            start = end;
        }
    }

    private Bridge BridgeFrom(int rate)
    {
        if (!bridges.TryGetValue(rate, out Bridge? bridge))
        {
            bridge = new Bridge(device, format, rate, Samples.Shape[0]);
            bridges.Add(rate, bridge);
        }

        return bridge;
    }

    /// <summary>The way from one rate to the run's.</summary>
    private sealed class Bridge
    {
        // Rows cross together, as many as 64 MiB hold.
        private const int MostSamples = 1 << 24;

        private readonly int width;
        private readonly Tensor<float> input;
        private readonly float[] staging;
        private readonly Resample resample;
        private readonly int needed;
        private readonly int outputs;

        public Bridge(ComputeDevice device, ClipFormat format, int rate, int batch)
        {
            outputs = format.ClipSamples;
            needed = Resample.InputLength(outputs, rate, format.Features.SampleRate);
            width = Math.Clamp(MostSamples / Math.Max(1, needed), 1, batch);
            input = device.Allocate<float>(new Shape(width, needed));
            staging = new float[input.Length];
            resample = new Resample(device, needed, rate, format.Features.SampleRate, outputs: outputs);
        }

        public void Cross(IReadOnlyList<DecodedClip> clips, int first, int count, Tensor<float> samples, int row)
        {
            for (int done = 0; done < count; done += width)
            {
                int together = Math.Min(width, count - done);
                for (int i = 0; i < together; i++)
                {
                    ClipShaper.Fit(clips[first + done + i].Samples, staging.AsSpan(i * needed, needed));
                }

                Tensor<float> rows = input.Slice(0, new Shape(together, needed));
                rows.CopyFrom(staging.AsSpan(0, rows.Length));
                resample.Forward(rows, samples.Slice((row + done) * outputs, new Shape(together, outputs)));
            }
        }
    }
}
