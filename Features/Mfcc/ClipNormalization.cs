// Takes from every row of a clip's features its own mean over the clip's frames, and divides by its own deviation on
// request:   x[r, t] <- x[r, t] - mean_r   or   (x[r, t] - mean_r) / sqrt(variance_r + 1e-5)
// In logarithmic features the mean over time is what stays the same through a clip: the level, the microphone, the room,
// the long-term spectrum of the voice. What is left is what changes, which is what was said.
// Source: Atal, "Effectiveness of linear prediction characteristics of the speech wave for automatic speaker
// identification and verification" (JASA 1974), where the mean is that of cepstra; on log mel bands it is the same,
// since the cosine transform is linear. Deltas come after it.
using System.Text.Json.Serialization;
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Spectral;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Features;

/// <summary>What is taken from the rows of a clip's features, by the clip itself.</summary>
[JsonConverter(typeof(NamedEnumConverter<ClipNormalization>))]
public enum ClipNormalization
{
    /// <summary>Nothing.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The mean of each row over the clip's frames: cepstral mean normalisation.</summary>
    [JsonStringEnumMemberName("mean")]
    Mean,

    /// <summary>The mean, and each row is divided by its deviation over the clip's frames.</summary>
    [JsonStringEnumMemberName("mean_variance")]
    MeanVariance,
}

/// <summary>Normalises the first rows of features [B, channels, T] clip by clip, in place, on the device.</summary>
internal sealed class ClipNormalizer(
    ComputeDevice device, ClipNormalization kind, int batch, int rows, int channels, int frames)
{
    // A row that does not change carries nothing and must not be blown up.
    private const float LeastVariance = 1e-5f;

    /// <summary>Normalises rows 0 .. rows - 1 of every clip.</summary>
    /// <param name="features">[batch, channels, frames].</param>
    public unsafe void Apply(Tensor<float> features)
    {
        bool scaled = kind == ClipNormalization.MeanVariance;
        if (device.IsHost)
        {
            device.Workers.Run(batch, new HostBody(features.Address, rows, channels, frames, scaled));
        }
        else
        {
            device.Load<Args>(Normalize).LaunchOver(
                (long)batch * rows, new Args(features.View, batch, rows, channels, frames, scaled));
        }
    }

    /// <summary>A row a thread: rows are as many as threads pay for, and some hundred frames long.</summary>
    internal static void Normalize(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * a.Rows; i += Grid.DimX * Group.DimX)
        {
            int start = (((i / a.Rows) * a.Channels) + (i % a.Rows)) * a.Frames;
            float sum = 0f;
            for (int t = 0; t < a.Frames; t++)
            {
                sum += a.Features[start + t];
            }

            float mean = sum / a.Frames;
            float squares = 0f;
            for (int t = 0; t < a.Frames; t++)
            {
                float distance = a.Features[start + t] - mean;
                squares += distance * distance;
            }

            float scale = a.Scaled != 0 ? 1f / MathF.Sqrt((squares / a.Frames) + LeastVariance) : 1f;
            for (int t = 0; t < a.Frames; t++)
            {
                a.Features[start + t] = (a.Features[start + t] - mean) * scale;
            }
        }
    }

    internal readonly struct Args(
        ArrayView<float> features, int batch, int rows, int channels, int frames, bool scaled)
    {
        public readonly ArrayView<float> Features = features;
        public readonly int Batch = batch;
        public readonly int Rows = rows;
        public readonly int Channels = channels;
        public readonly int Frames = frames;
        public readonly int Scaled = scaled ? 1 : 0;
    }

    /// <summary>A clip a part.</summary>
    private readonly unsafe struct HostBody(float* features, int rows, int channels, int frames, bool scaled) : IHostBody
    {
        public void Run(int part, int worker)
        {
            for (int row = 0; row < rows; row++)
            {
                var values = new Span<float>(features + ((((long)part * channels) + row) * frames), frames);
                float mean = TensorPrimitives.Sum<float>(values) / frames;
                TensorPrimitives.Subtract(values, mean, values);
                if (scaled)
                {
                    float squares = TensorPrimitives.SumOfSquares<float>(values);
                    TensorPrimitives.Multiply(
                        values, 1f / MathF.Sqrt((squares / frames) + LeastVariance), values);
                }
            }
        }
    }
}
