// Random numbers of augmentation: Philox by seed, epoch, clip and slot, so that what happens to a clip depends neither
// on its place in a mini-batch, nor on the device, nor on whether training was resumed. A slot is what is drawn.
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Augmentation;

/// <summary>The draws of one epoch's clips; portable kernels and host bodies both call it.</summary>
internal static class AugmentationDraws
{
    public const int Shift = 0;
    public const int Speed = 1;
    public const int Gain = 2;
    public const int Ratio = 3;
    public const int Warp = 4;
    public const int Mixup = 5;
    public const int Slope = 6;
    public const int Bend = 7;

    /// <summary>Width and place of each time mask.</summary>
    public const int TimeMasks = 8;

    /// <summary>Width and place of each band mask.</summary>
    public const int BandMasks = TimeMasks + (2 * AugmentationOptions.MostMasks);

    /// <summary>Slots up to here, which features are changed by.</summary>
    public const int Count = BandMasks + (2 * AugmentationOptions.MostMasks);

    /// <summary>Whether a clip is convolved with a room impulse response.</summary>
    public const int RoomShare = Count;

    /// <summary>Which response.</summary>
    public const int Room = Count + 1;

    /// <summary>Which recording is mixed in.</summary>
    public const int Recording = Count + 2;

    /// <summary>The place in it.</summary>
    public const int Place = Count + 3;

    /// <summary>Its signal-to-noise ratio.</summary>
    public const int RecordingRatio = Count + 4;

    /// <summary>Whether a clip is mixed with another as sound.</summary>
    public const int BetweenClasses = Count + 5;

    /// <summary>The share that the other has.</summary>
    public const int BetweenRatio = Count + 6;

    /// <summary>Where a stretch of the clip begins.</summary>
    public const int Crop = Count + 7;

    /// <summary>Octaves of pink noise.</summary>
    public const int Octaves = 10;

    // The fourth counter tells these apart from dropout, whose is 0.
    private const uint Parameters = 0x4155_4700;
    private const uint White = 0x4155_4701;
    private const uint Pink = 0x4155_4710;

    /// <summary>The random word of a slot.</summary>
    public static uint Word(ulong seed, int epoch, int clip, int slot) => Select(
        Philox.Generate((uint)slot / 4, (uint)epoch, (uint)clip, Parameters, (uint)seed, (uint)(seed >> 32)), slot);

    /// <summary>From -1 to below 1.</summary>
    public static float Spread(uint word) => (2f * Philox.ToUniform(word)) - 1f;

    /// <summary>From 0 to bound - 1.</summary>
    public static int Below(uint word, int bound) => (int)(((ulong)word * (uint)bound) >> 32);

    /// <summary>Sample n of white noise, evenly spread over [-1, 1): its variance is 1/3.</summary>
    public static float WhiteSample(ulong seed, int epoch, int clip, int n) => Spread(Select(
        Philox.Generate((uint)n / 4, (uint)epoch, (uint)clip, White, (uint)seed, (uint)(seed >> 32)), n));

    /// <summary>Value m of one octave of pink noise, held for 2^octave samples.</summary>
    public static float PinkValue(ulong seed, int epoch, int clip, int octave, int m) => Spread(Select(
        Philox.Generate((uint)m / 4, (uint)epoch, (uint)clip, Pink + (uint)octave, (uint)seed, (uint)(seed >> 32)), m));

    private static uint Select(PhiloxBlock block, int index)
    {
        int lane = index & 3;
        uint low = lane == 0 ? block.X : block.Y;
        uint high = lane == 2 ? block.Z : block.W;
        return lane < 2 ? low : high;
    }
}
