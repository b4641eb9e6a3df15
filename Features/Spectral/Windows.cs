// Window functions, computed in double and stored as float.
//
// With a = 2 pi n / N, n = 0 .. length - 1, where N is the length (periodic) or the length less one (symmetric):
//   Hann 0.5 - 0.5 cos a;  Hamming 0.54 - 0.46 cos a;  Blackman 0.42 - 0.5 cos a + 0.08 cos 2a;  Povey Hann^0.85
// Source: F. J. Harris, "On the Use of Windows for Harmonic Analysis with the DFT" (1978); Povey from Kaldi.

namespace NativeCnn.Features.Spectral;

/// <summary>Builds the windows that frames are weighted with.</summary>
public static class Windows
{
    /// <summary>
    /// The window of these settings, as long as the transform: a shorter one has zeros around it, or behind it where
    /// the frame is the window.
    /// </summary>
    /// <param name="options">The settings; must validate.</param>
    /// <returns>[fft].</returns>
    /// <exception cref="ArgumentException">The settings do not validate.</exception>
    public static float[] Create(FeatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        float[] window = Create(options.Window, options.EffectiveWindowLength, options.PeriodicWindow);
        float[] frame = new float[options.FftSize];
        window.CopyTo(frame, (options.FrameLength - window.Length) / 2);
        return frame;
    }

    /// <summary>A window by itself.</summary>
    /// <param name="kind">Which one.</param>
    /// <param name="length">Samples, at least 1. A window of one sample is 1.</param>
    /// <param name="periodic">Whether the period is the length, or the length less one.</param>
    /// <returns>[length].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1, or the kind is none of ours.</exception>
    public static float[] Create(WindowKind kind, int length, bool periodic = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (length == 1)
        {
            return [1];
        }

        int period = periodic ? length : length - 1;
        float[] window = new float[length];
        for (int n = 0; n < length; n++)
        {
            window[n] = (float)Weight(kind, Math.Tau * n / period);
        }

        return window;
    }

    private static double Weight(WindowKind kind, double angle) => kind switch
    {
        WindowKind.Hann => 0.5 - (0.5 * Math.Cos(angle)),
        WindowKind.Hamming => 0.54 - (0.46 * Math.Cos(angle)),
        WindowKind.Povey => Math.Pow(0.5 - (0.5 * Math.Cos(angle)), 0.85),
        WindowKind.Blackman => 0.42 - (0.5 * Math.Cos(angle)) + (0.08 * Math.Cos(2 * angle)),
        WindowKind.Rectangular => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such window: give a WindowKind."),
    };
}
