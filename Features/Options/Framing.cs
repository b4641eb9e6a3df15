// How a clip is cut into frames: how many there are, and which sample stands at which place of which frame.

namespace NativeCnn.Features.Options;

/// <summary>Frame arithmetic as librosa.stft and torch.stft have it.</summary>
public static class Framing
{
    /// <summary>
    /// Whole frames of a clip: 1 + floor((n + p - fft) / hop), with p = 2 floor(fft / 2) padded samples when frames are
    /// centred and 0 otherwise; none when the padded clip is shorter than a frame, and none of an empty clip.
    /// </summary>
    /// <param name="samples">n, samples of the clip, at least 0.</param>
    /// <param name="fftSize">Samples of a frame.</param>
    /// <param name="hopLength">Samples from a frame to the next.</param>
    /// <param name="center">Whether frames are centred on multiples of the hop.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative, or 0 where a frame needs one.</exception>
    public static int Frames(int samples, int fftSize, int hopLength, bool center)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(fftSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hopLength, 1);
        long padded = samples + (center ? 2L * (fftSize / 2) : 0);
        return samples == 0 || padded < fftSize ? 0 : (int)(1 + ((padded - fftSize) / hopLength));
    }

    /// <summary>
    /// Frames where there is one for every hop: floor((n + floor(hop / 2)) / hop), Kaldi's without snip_edges.
    /// </summary>
    /// <param name="samples">n, samples of the clip, at least 0.</param>
    /// <param name="hopLength">Samples from a frame to the next.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clip's length is negative, or the hop below 1.</exception>
    public static int FramesOfEveryHop(int samples, int hopLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(hopLength, 1);
        return (int)((samples + ((long)hopLength / 2)) / hopLength);
    }

    /// <summary>
    /// The place in the clip where frame m begins: m * hop, less <see cref="FeatureOptions.FramePad"/>.
    /// </summary>
    /// <param name="frame">m, from 0.</param>
    /// <param name="options">The options.</param>
    /// <returns>A sample index, which lies outside the clip where the frame reaches into padding.</returns>
    public static long Start(int frame, FeatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ((long)frame * options.HopLength) - options.FramePad;
    }

    /// <summary>
    /// Which sample of the clip stands at a place that may lie outside it. Reflection is numpy.pad's: the end samples
    /// are not repeated, and a clip shorter than the padding is mirrored again and again (period 2 (n - 1)). Symmetric
    /// padding repeats them (period 2 n). Wrapping has period n.
    /// </summary>
    /// <param name="position">The place, 0 for the first sample.</param>
    /// <param name="samples">n, samples of the clip, at least 1.</param>
    /// <param name="mode">What lies outside.</param>
    /// <returns>An index into the clip, or -1 for silence.</returns>
    public static int SourceIndex(long position, int samples, PadMode mode)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (position >= 0 && position < samples)
        {
            return (int)position;
        }

        if (mode == PadMode.Constant)
        {
            return -1;
        }

        if (mode == PadMode.Edge || samples == 1)
        {
            return position < 0 ? 0 : samples - 1;
        }

        if (mode == PadMode.Wrap)
        {
            return (int)(((position % samples) + samples) % samples);
        }

        int repeated = mode == PadMode.Symmetric ? 1 : 0;
        long period = 2L * (samples - 1 + repeated);
        long folded = ((position % period) + period) % period;
        return (int)(folded < samples ? folded : period - repeated - folded);
    }
}
