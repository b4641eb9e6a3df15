// Networks take clips of one length: cut what is longer, fill what is shorter with silence.

namespace NativeCnn.Features.Audio;

/// <summary>Cuts or zero-pads clips to a length.</summary>
public static class ClipShaper
{
    /// <summary>Copies a clip into a new one of exactly <paramref name="length"/> samples.</summary>
    /// <param name="samples">[samples], any number of them, none included.</param>
    /// <param name="length">Samples to return, at least 0.</param>
    /// <param name="alignment">Which part stays; by default the first samples.</param>
    /// <returns>[length].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public static float[] Fit(
        ReadOnlySpan<float> samples, int length, ClipAlignment alignment = ClipAlignment.Start)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        float[] shaped = new float[length];
        Fit(samples, shaped, alignment);
        return shaped;
    }

    /// <summary>Fills a whole row of a batch with a clip, cut or zero-padded.</summary>
    /// <param name="samples">[samples], any number of them, none included.</param>
    /// <param name="destination">[length], overwritten; must not overlap the samples.</param>
    /// <param name="alignment">Which part stays; by default the first samples.</param>
    public static void Fit(
        ReadOnlySpan<float> samples, Span<float> destination, ClipAlignment alignment = ClipAlignment.Start)
    {
        int kept = Math.Min(samples.Length, destination.Length);
        bool centred = alignment == ClipAlignment.Center;
        int from = centred ? (samples.Length - kept) / 2 : 0;
        int to = centred ? (destination.Length - kept) / 2 : 0;

        destination[..to].Clear();
        samples.Slice(from, kept).CopyTo(destination[to..]);
        destination[(to + kept)..].Clear();
    }
}
