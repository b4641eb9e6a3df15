using System.Runtime.CompilerServices;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Features.Chains;

/// <summary>The second pass: limit and cosine transform, or the limit alone, of a block of frames.</summary>
internal readonly unsafe struct FeatureHostCepstrum<TVector>
    where TVector : unmanaged, IFloatVector<TVector>
{
    private readonly CosineRows cosines;
    private readonly float* features;
    private readonly int frames;
    private readonly int bands;
    private readonly int channels;
    private readonly int energyRow;
    private readonly int firstBand;
    private readonly bool isMfcc;
    private readonly bool limited;
    private readonly bool relative;
    private readonly float range;

    /// <param name="plan">The chain.</param>
    /// <param name="features">[batch, channels, frames].</param>
    /// <param name="isMfcc">Whether the cosine transform is wanted, or L.</param>
    /// <param name="channels">Rows of the target.</param>
    /// <param name="energyRow">A row that is there already, or -1.</param>
    /// <param name="firstBand">The row of the first band, for L.</param>
    public FeatureHostCepstrum(
        FeaturePlan plan, float* features, bool isMfcc, int channels, int energyRow, int firstBand)
    {
        this.channels = channels;
        this.energyRow = energyRow;
        this.firstBand = firstBand;
        cosines = plan.HostTables!.Cosines;
        this.features = features;
        frames = plan.Frames;
        bands = plan.Options.MelBands;
        this.isMfcc = isMfcc;
        limited = plan.Limited;
        relative = plan.Relative;
        range = plan.Range;
    }

    /// <param name="layout">Where everything stands.</param>
    /// <param name="clip">Which clip.</param>
    /// <param name="block">Which block of it.</param>
    /// <param name="worker">Who does it.</param>
    public void Run(in FeatureHostLayout layout, int clip, int block, int worker)
    {
        (int frame, int count) = FeatureHostLayout.FramesOf(block, frames);
        float* tiles = layout.TilesOf(clip, worker);
        float* tile = layout.TileOf(tiles, block);
        float maximum = limited || relative ? ClipMaximum(layout, tiles) : 0f;
        TVector least = TVector.Create(limited ? maximum - range : float.NegativeInfinity);
        TVector zero = TVector.Create(relative ? maximum : 0f);
        float* target = features + ((long)clip * channels * frames) + frame;
        if (!isMfcc)
        {
            for (int band = 0; band < bands; band++)
            {
                TVector value = TVector.Max(TVector.Load(tile + (band * TVector.Count)), least) - zero;
                Store(value, target + ((long)(firstBand + band) * frames), count);
            }

            return;
        }

        Limit(tile, least, zero);
        for (int group = 0; group < cosines.Groups; group++)
        {
            Group(tile, group, target, count);
        }
    }

    /// <summary>Stores the lanes that are frames.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(TVector values, float* target, int count)
    {
        if (count == TVector.Count)
        {
            values.Store(target);
            return;
        }

        float* lanes = stackalloc float[TVector.Count];
        values.Store(lanes);
        new ReadOnlySpan<float>(lanes, count).CopyTo(new Span<float>(target, count));
    }

    private float ClipMaximum(in FeatureHostLayout layout, float* tiles)
    {
        float maximum = float.NegativeInfinity;
        for (int block = 0; block < layout.Blocks; block++)
        {
            maximum = Math.Max(maximum, *layout.MaximumOf(tiles, block));
        }

        return maximum;
    }

    /// <summary>
    /// The limit in place; sums of the bands from both ends, and behind them differences, where folded.
    /// </summary>
    private void Limit(float* tile, TVector least, TVector zero)
    {
        bool folded = cosines.IsFolded;
        int terms = folded ? (bands + 1) / 2 : bands;
        for (int n = 0; n < terms; n++)
        {
            float* here = tile + (n * TVector.Count);
            TVector value = TVector.Max(TVector.Load(here), least) - zero;
            int mirror = bands - 1 - n;
            if (!folded || mirror == n)
            {
                value.Store(here);
                continue;
            }

            float* there = tile + (mirror * TVector.Count);
            TVector other = TVector.Max(TVector.Load(there), least) - zero;
            (value + other).Store(here);
            (value - other).Store(there);
        }
    }

    /// <summary>Ten coefficients of a block of frames.</summary>
    [SkipLocalsInit]
    private void Group(float* tile, int group, float* target, int count)
    {
        float* sums = stackalloc float[CosineRows.Side * TVector.Count];
        bool isOdd = group >= cosines.EvenGroups;
        Sums(
            isOdd ? tile + ((bands - 1) * TVector.Count) : tile, isOdd ? -TVector.Count : TVector.Count,
            cosines.TermsOf(group), cosines.Weights.Address + ((long)group * cosines.GroupLength), sums);
        int* rows = cosines.Rows.Address + (group * CosineRows.Side);
        for (int i = 0; i < CosineRows.Side; i++)
        {
            if (rows[i] >= 0 && rows[i] != energyRow)
            {
                Store(TVector.Load(sums + (i * TVector.Count)), target + ((long)rows[i] * frames), count);
            }
        }
    }

    // By itself, for a call behind the loop would keep the sums out of registers in it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sums(float* values, int step, int terms, float* weight, float* sums)
    {
        TVector s0 = TVector.Zero;
        TVector s1 = TVector.Zero;
        TVector s2 = TVector.Zero;
        TVector s3 = TVector.Zero;
        TVector s4 = TVector.Zero;
        TVector s5 = TVector.Zero;
        TVector s6 = TVector.Zero;
        TVector s7 = TVector.Zero;
        TVector s8 = TVector.Zero;
        TVector s9 = TVector.Zero;
        for (int n = 0; n < terms; n++, values += step, weight += CosineRows.Side)
        {
            TVector value = TVector.Load(values);
            TVector.AddScaled(ref s0, weight, value);
            TVector.AddScaled(ref s1, weight + 1, value);
            TVector.AddScaled(ref s2, weight + 2, value);
            TVector.AddScaled(ref s3, weight + 3, value);
            TVector.AddScaled(ref s4, weight + 4, value);
            TVector.AddScaled(ref s5, weight + 5, value);
            TVector.AddScaled(ref s6, weight + 6, value);
            TVector.AddScaled(ref s7, weight + 7, value);
            TVector.AddScaled(ref s8, weight + 8, value);
            TVector.AddScaled(ref s9, weight + 9, value);
        }

        s0.Store(sums);
        s1.Store(sums + TVector.Count);
        s2.Store(sums + (2 * TVector.Count));
        s3.Store(sums + (3 * TVector.Count));
        s4.Store(sums + (4 * TVector.Count));
        s5.Store(sums + (5 * TVector.Count));
        s6.Store(sums + (6 * TVector.Count));
        s7.Store(sums + (7 * TVector.Count));
        s8.Store(sums + (8 * TVector.Count));
        s9.Store(sums + (9 * TVector.Count));
    }
}
