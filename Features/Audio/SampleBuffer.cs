// Where a decoder that does not know its clip's length beforehand puts samples: pooled memory that grows, and at the
// end one array of the right length.

using System.Buffers;
using System.Numerics.Tensors;

namespace NativeCnn.Features.Audio;

/// <summary>Samples of one channel, collected.</summary>
/// <param name="name">What to call the file in messages.</param>
internal sealed class SampleBuffer(string name) : IDisposable
{
    private const int FirstLength = 1 << 15;

    private float[] samples = ArrayPool<float>.Shared.Rent(FirstLength);

    /// <summary>How many there are.</summary>
    internal int Count { get; private set; }

    /// <summary>Adds the means over channels of [frames, channels].</summary>
    internal void Add(ReadOnlySpan<float> interleaved, int channels)
    {
        int frames = interleaved.Length / channels;
        WavSamples.MixToMono(interleaved[..(frames * channels)], Next(frames), channels);
    }

    /// <summary>Adds silence.</summary>
    internal void AddSilence(int frames) => Next(frames).Clear();

    /// <summary>A part of them in an array of its own.</summary>
    /// <exception cref="AudioFormatException">One of them is not finite.</exception>
    internal float[] Take(long first, long length)
    {
        first = Math.Clamp(first, 0, Count);
        length = Math.Clamp(length, 0, Count - first);
        float[] taken = samples.AsSpan((int)first, (int)length).ToArray();
        return taken.Length == 0 || TensorPrimitives.IsFiniteAll<float>(taken)
            ? taken
            : throw AudioFormatException.Of(
                name,
                $"sample {Array.FindIndex(taken, sample => !float.IsFinite(sample))} is not a finite number",
                "export the sound again");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(samples);
        samples = [];
    }

    private Span<float> Next(int frames)
    {
        long needed = (long)Count + frames;
        if (needed > samples.Length)
        {
            if (needed > Array.MaxLength / sizeof(float))
            {
                throw AudioFormatException.Of(name, "it holds more than 2 GiB of sound", "cut it into clips");
            }

            float[] larger = ArrayPool<float>.Shared.Rent((int)Math.Max(needed, 2L * samples.Length));
            samples.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<float>.Shared.Return(samples);
            samples = larger;
        }

        Span<float> next = samples.AsSpan(Count, frames);
        Count += frames;
        return next;
    }
}
