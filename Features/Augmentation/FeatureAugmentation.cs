using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Augmentation;

/// <summary>Ranges as both bodies take them.</summary>
internal readonly struct FeatureAugmentation(AugmentationOptions options, ulong seed, Shape features, int rows)
{
    public readonly ulong Seed = seed;
    public readonly int Batch = features[0];
    public readonly int Channels = features[1];
    public readonly int Frames = features[2];

    /// <summary>Rows of a block.</summary>
    public readonly int Rows = rows;
    public readonly int TimeMasks = options.TimeMasks;
    public readonly int TimeMaskFrames = Math.Min(options.TimeMaskFrames, features[2]);
    public readonly int BandMasks = options.BandMasks;
    public readonly int BandMaskRows = Math.Min(options.BandMaskRows, rows);
    public readonly float Mixup = (float)options.Mixup;
    private readonly float warp = (float)options.Warp;
    private readonly float tilt = (float)options.Tilt;

    /// <summary>Floats of a row in scratch.</summary>
    public int RowLength => (Frames + 63) / 64 * 64;

    /// <summary>Which row of the block a row is taken from, on a line between two.</summary>
    public float PlaceOf(uint word, int band)
    {
        float place = band * (1f + (warp * AugmentationDraws.Spread(word)));
        return place < Rows - 1 ? place : Rows - 1;
    }

    /// <summary>What a row of the features is raised by; those of their deltas stay.</summary>
    public float LiftOf(uint slopeWord, uint bendWord, int channel)
    {
        if (tilt == 0f || channel >= Rows)
        {
            return 0f;
        }

        float u = ((2f * channel) - (Rows - 1)) / (Rows > 1 ? Rows - 1 : 1);
        float bend = (1.5f * u * u) - 0.5f;
        return tilt * ((AugmentationDraws.Spread(slopeWord) * u) + (AugmentationDraws.Spread(bendWord) * bend));
    }

    /// <summary>Where a mask begins, and how much it covers: none, up to the widest.</summary>
    public static (int First, int Width) MaskOf(uint widthWord, uint placeWord, int widest, int length)
    {
        int width = AugmentationDraws.Below(widthWord, widest + 1);
        return (AugmentationDraws.Below(placeWord, length - width + 1), width);
    }

    /// <summary>Whether a mask covers an index.</summary>
    public static bool Holds(uint widthWord, uint placeWord, int widest, int length, int index)
    {
        int width = AugmentationDraws.Below(widthWord, widest + 1);
        int first = AugmentationDraws.Below(placeWord, length - width + 1);
        return index >= first && index < first + width;
    }
}
