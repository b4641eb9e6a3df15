// Waves with corners. A corner between two samples is smoothed over one sample on either side by a parabola
// (polyBLEP), which keeps most of what lies above half the sample rate from folding back as false tones.
// Source: V. Valimaki, A. Huovilainen, "Antialiasing Oscillators in Subtractive Synthesis" (2007).

namespace NativeCnn.Features.Synthesis;

/// <summary>Square and sawtooth waves; pitch in cycles a sample.</summary>
internal static class Waves
{
    /// <summary>1 in the first half of a cycle, -1 in the second.</summary>
    internal static void Square(Span<float> sound, double phase, double pitch)
    {
        for (int n = 0; n < sound.Length; n++)
        {
            double half = phase < 0.5 ? phase + 0.5 : phase - 0.5;
            sound[n] = (float)((phase < 0.5 ? 1 : -1) + Step(phase, pitch) - Step(half, pitch));
            phase = Advance(phase, pitch);
        }
    }

    /// <summary>From -1 to 1 over a cycle.</summary>
    internal static void Sawtooth(Span<float> sound, double phase, double pitch)
    {
        for (int n = 0; n < sound.Length; n++)
        {
            sound[n] = (float)((2 * phase) - 1 - Step(phase, pitch));
            phase = Advance(phase, pitch);
        }
    }

    private static double Advance(double phase, double pitch)
    {
        phase += pitch;
        return phase >= 1 ? phase - 1 : phase;
    }

    // What a smooth upward step of height 2 at phase 0 differs by from a sharp one.
    private static double Step(double phase, double pitch)
    {
        if (phase < pitch)
        {
            double t = (phase / pitch) - 1;
            return -t * t;
        }

        if (phase > 1 - pitch)
        {
            double t = ((phase - 1) / pitch) + 1;
            return t * t;
        }

        return 0;
    }
}
