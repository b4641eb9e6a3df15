// The built-in data set: ten classes of sounds, made from a seed, so that `nativecnn train` needs no recordings.
//
// What tells a class is the shape of the wave or how it moves. Pitch, loudness, onset, length and background noise are
// drawn from the same ranges for every class, so that none of them gives the class away. The same seed gives the same
// bits on every machine: only +, -, *, / and comparisons are used, never the system's sine or power, and random numbers
// are SplitMix64's.

using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Synthesis;

/// <summary>Synthesises labelled sounds. Stateless: every clip is a function of its arguments.</summary>
public static class SoundSynthesizer
{
    private const double LowestPitch = 150;
    private const double HighestPitch = 900;
    private const double FadeSeconds = 0.01;

    private static readonly string[] Names =
        ["sine", "square", "sawtooth", "rising", "falling", "noise", "clicks", "tremolo", "vibrato", "bell"];

    /// <summary>
    /// The ten classes in order of their index: a steady sine, square and sawtooth; a sine whose pitch rises or falls;
    /// coloured noise; a train of short clicks; a tone that swells and fades (tremolo) or wavers in pitch (vibrato);
    /// and a struck bell, two partials that die away.
    /// </summary>
    public static IReadOnlyList<string> Classes => Names;

    /// <summary>Makes one clip: silence with faint noise, in which the sound begins and ends.</summary>
    /// <param name="classIndex">Index into <see cref="Classes"/>.</param>
    /// <param name="exampleIndex">Which example of the class, any number from 0; each is different.</param>
    /// <param name="sampleRate">Samples a second, at least 1; 4,000 and more make sense.</param>
    /// <param name="seconds">Length of the clip.</param>
    /// <param name="seed">Another seed is another data set.</param>
    /// <returns>[round(seconds * sampleRate)] samples in [-1, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static float[] Generate(int classIndex, int exampleIndex, int sampleRate, double seconds, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(classIndex, Names.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(exampleIndex);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        if (!(seconds >= 0 && seconds * sampleRate < Array.MaxLength))
        {
            throw new ArgumentOutOfRangeException(
                nameof(seconds),
                seconds,
                $"A clip at {sampleRate} Hz has from 0 to {Array.MaxLength / sampleRate} seconds.");
        }

        var random = new SplitMix64(seed, classIndex, exampleIndex);
        float[] clip = new float[(int)Math.Round(seconds * sampleRate)];

        double highest = Math.Min(HighestPitch, sampleRate / 8.0);
        double lowest = Math.Min(LowestPitch, highest / 2);
        double pitch = lowest * Curves.PowerOfTwo(random.Between(0, Curves.LogarithmToTwo(highest / lowest)));
        float level = (float)(0.1 * Curves.PowerOfTwo(random.Between(0, 3)));
        float background = level * (float)Curves.PowerOfTwo(random.Between(-8, -4));
        int onset = (int)(clip.Length * random.Between(0, 0.15));
        int length = (int)((clip.Length - onset) * random.Between(0.7, 1));

        Span<float> sound = clip.AsSpan(onset, length);
        Render(Names[classIndex], sound, pitch / sampleRate, sampleRate, ref random);
        Fade(sound, (int)Math.Min(FadeSeconds * sampleRate, length / 4));
        AddBackground(clip, level, background, ref random);
        return clip;
    }

    // `pitch` is in cycles a sample. Every voice has a peak of about 1.
    private static void Render(string voice, Span<float> sound, double pitch, int sampleRate, ref SplitMix64 random)
    {
        double phase = random.Between(0, 1);
        switch (voice)
        {
            case "sine":
                Sweep(sound, phase, pitch, octaves: 0);
                break;
            case "square":
                Waves.Square(sound, phase, pitch);
                break;
            case "sawtooth":
                Waves.Sawtooth(sound, phase, pitch);
                break;
            case "rising":
                Sweep(sound, phase, pitch, random.Between(0.7, 1.6));
                break;
            case "falling":
                double fall = random.Between(0.7, 1.6);
                Sweep(sound, phase, pitch * Curves.PowerOfTwo(fall), -fall);
                break;
            case "noise":
                Noise(sound, (float)random.Between(0.2, 1), ref random);
                break;
            case "clicks":
                Clicks(sound, pitch, random.Between(6, 18) / sampleRate, random.Between(0.002, 0.005) * sampleRate);
                break;
            case "tremolo":
                Tremolo(sound, phase, pitch, random.Between(4, 8) / sampleRate, random.Between(0.85, 1));
                break;
            case "vibrato":
                Vibrato(sound, phase, pitch, random.Between(4, 8) / sampleRate, random.Between(0.15, 0.3));
                break;
            default:
                Bell(sound, pitch, random.Between(0.06, 0.14) * sound.Length);
                break;
        }
    }

    private static void Sweep(Span<float> sound, double phase, double pitch, double octaves)
    {
        double growth = Curves.PowerOfTwo(octaves / Math.Max(1, sound.Length));
        for (int n = 0; n < sound.Length; n++)
        {
            sound[n] = Curves.Sine(phase);
            phase += pitch;
            pitch *= growth;
        }
    }

    // White noise through a one-pole low-pass; uniform noise of one root mean square has a peak of about 1.7 of it.
    private static void Noise(Span<float> sound, float openness, ref SplitMix64 random)
    {
        float state = 0;
        for (int n = 0; n < sound.Length; n++)
        {
            float white = (random.Next() >> 40) * (2f / (1 << 24)) - 1;
            state += openness * (white - state);
            sound[n] = state;
        }
    }

    private static void Clicks(Span<float> sound, double pitch, double clicksASample, double halfLife)
    {
        double decay = Curves.PowerOfTwo(-1 / halfLife);
        (double time, double amplitude, double phase) = (1, 0, 0);
        for (int n = 0; n < sound.Length; n++)
        {
            if (time >= 1)
            {
                (time, amplitude, phase) = (time - 1, 1, 0.25);
            }

            sound[n] = (float)amplitude * Curves.Sine(phase);
            amplitude *= decay;
            phase += pitch;
            time += clicksASample;
        }
    }

    // A tone with its octave, whose loudness swings.
    private static void Tremolo(Span<float> sound, double phase, double pitch, double beat, double depth)
    {
        double swell = phase * 7;
        for (int n = 0; n < sound.Length; n++)
        {
            double gain = 1 - (depth * 0.5 * (1 + Curves.Sine(swell)));
            sound[n] = (float)gain * ((0.75f * Curves.Sine(phase)) + (0.25f * Curves.Sine(2 * phase)));
            phase += pitch;
            swell += beat;
        }
    }

    // A tone with its twelfth, whose pitch swings.
    private static void Vibrato(Span<float> sound, double phase, double pitch, double beat, double depth)
    {
        double waver = phase * 7;
        for (int n = 0; n < sound.Length; n++)
        {
            sound[n] = (0.75f * Curves.Sine(phase)) + (0.25f * Curves.Sine(3 * phase));
            phase += pitch * (1 + (depth * Curves.Sine(waver)));
            waver += beat;
        }
    }

    // The second partial of a free bar lies at 2.76 times the first, and dies away sooner.
    private static void Bell(Span<float> sound, double pitch, double halfLife)
    {
        double decay = Curves.PowerOfTwo(-1 / Math.Max(1, halfLife));
        (double first, double second) = (0.65, 0.35);
        double phase = 0;
        for (int n = 0; n < sound.Length; n++)
        {
            sound[n] = (float)((first * Curves.Sine(phase)) + (second * Curves.Sine(2.76 * phase)));
            first *= decay;
            second *= decay * decay;
            phase += pitch;
        }
    }

    // A linear slope on both ends, so that cutting the wave makes no click of its own.
    private static void Fade(Span<float> sound, int samples)
    {
        for (int n = 0; n < samples; n++)
        {
            float gain = (float)(n + 1) / (samples + 1);
            sound[n] *= gain;
            sound[^(n + 1)] *= gain;
        }
    }

    private static void AddBackground(Span<float> clip, float level, float background, ref SplitMix64 random)
    {
        for (int n = 0; n < clip.Length; n++)
        {
            // Two even numbers of 16 bits: their sum is bell-shaped enough.
            ulong bits = random.Next();
            float noise = ((uint)(bits >> 48) + (uint)((bits >> 32) & 0xFFFF)) * (1f / 65536) - 1;
            clip[n] = Math.Clamp((level * clip[n]) + (background * noise), -1f, 1f);
        }
    }
}
