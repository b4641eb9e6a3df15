using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Augmentation;

/// <summary>Ranges as both bodies take them, and the draws from them.</summary>
internal readonly struct SoundAugmentation(AugmentationOptions options, ulong seed, int samples, int sampleRate)
{
    private const float NaturalOfDecibel = 0.115129255f;

    public readonly ulong Seed = seed;
    public readonly int Samples = samples;
    public readonly int Noise = (int)options.Noise;
    private readonly int shift = (int)Math.Min(LongestShift(samples), Math.Round(options.Shift * sampleRate));
    private readonly int speed = (int)Math.Round(options.Speed * (1 << SoundAugmenter.UnitBits));
    private readonly float gain = (float)options.Gain;
    private readonly float ratio = (float)options.NoiseLow;
    private readonly float ratioRange = (float)(options.NoiseHigh - options.NoiseLow);

    /// <summary>Samples by which a clip may be moved: a quarter of it, for more would leave too little to learn from.</summary>
    public static int LongestShift(int samples) => samples / 4;

    /// <summary>A clip with silence before and behind it.</summary>
    public int PaddedLength => (Samples + (3 * SoundAugmenter.Taps) + 63) / 64 * 64;

    /// <summary>Samples by which a clip begins later.</summary>
    public int ShiftOf(int epoch, int clip) =>
        AugmentationDraws.Below(
            AugmentationDraws.Word(Seed, epoch, clip, AugmentationDraws.Shift), (2 * shift) + 1) - shift;

    /// <summary>Samples of the source from one sample to the next, in units of 2^-20.</summary>
    public int SpeedOf(int epoch, int clip) =>
        (1 << SoundAugmenter.UnitBits) - speed +
        AugmentationDraws.Below(AugmentationDraws.Word(Seed, epoch, clip, AugmentationDraws.Speed), (2 * speed) + 1);

    /// <summary>What samples are multiplied by.</summary>
    public float GainOf(int epoch, int clip) => Elementary.Exp(
        NaturalOfDecibel * gain *
        AugmentationDraws.Spread(AugmentationDraws.Word(Seed, epoch, clip, AugmentationDraws.Gain)));

    /// <summary>What noise is multiplied by, for the sum of the samples' squares.</summary>
    public float NoiseScaleOf(int epoch, int clip, float power)
    {
        uint word = AugmentationDraws.Word(Seed, epoch, clip, AugmentationDraws.Ratio);
        float decibels = ratio + (ratioRange * Philox.ToUniform(word));
        // An even spread over [-1, 1) has the variance 1/3, and so has each octave of pink noise.
        float variance = Noise == 2 ? AugmentationDraws.Octaves / 3f : 1f / 3f;
        return MathF.Sqrt(power / (Samples * variance)) * Elementary.Exp(-NaturalOfDecibel * decibels);
    }

    /// <summary>Sample i of the noise.</summary>
    public float NoiseAt(int epoch, int clip, int i)
    {
        if (Noise == 1)
        {
            return AugmentationDraws.WhiteSample(Seed, epoch, clip, i);
        }

        float sum = 0f;
        for (int octave = 0; octave < AugmentationDraws.Octaves; octave++)
        {
            sum += AugmentationDraws.PinkValue(Seed, epoch, clip, octave, i >> octave);
        }

        return sum;
    }
}
