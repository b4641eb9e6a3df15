using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Augmentation;

/// <summary>Which recording is mixed into a clip, from where on and how loud, as both bodies draw it.</summary>
internal readonly struct BackgroundDraws(AugmentationOptions options, ulong seed, int samples, int recordings)
{
    private const float NaturalOfDecibel = 0.115129255f;

    // Mean squares of -80 and -100 dBFS.
    private const float LeastSignal = 1e-8f;
    private const float LeastNoise = 1e-10f;

    public readonly int Samples = samples;
    private readonly ulong seed = seed;
    private readonly int recordings = recordings;
    private readonly float ratio = (float)options.BackgroundLow;
    private readonly float ratioRange = (float)(options.BackgroundHigh - options.BackgroundLow);

    /// <summary>Which recording.</summary>
    public int RecordingOf(int epoch, int clip) => AugmentationDraws.Below(
        AugmentationDraws.Word(seed, epoch, clip, AugmentationDraws.Recording), recordings);

    /// <summary>Where in it the clip begins: anywhere that leaves a clip behind it, or anywhere at all.</summary>
    public int PlaceOf(int epoch, int clip, int length) => AugmentationDraws.Below(
        AugmentationDraws.Word(seed, epoch, clip, AugmentationDraws.Place),
        length > Samples ? length - Samples + 1 : length);

    /// <summary>What the recording is multiplied by, for the sums of both squares over the clip.</summary>
    public float ScaleOf(int epoch, int clip, float signal, float noise)
    {
        float decibels = ratio + (ratioRange * Philox.ToUniform(
            AugmentationDraws.Word(seed, epoch, clip, AugmentationDraws.RecordingRatio)));
        float clipMean = signal / Samples;
        float noiseMean = noise / Samples;
        clipMean = clipMean > LeastSignal ? clipMean : LeastSignal;
        noiseMean = noiseMean > LeastNoise ? noiseMean : LeastNoise;
        return MathF.Sqrt(clipMean / noiseMean) * Elementary.Exp(-NaturalOfDecibel * decibels);
    }
}
