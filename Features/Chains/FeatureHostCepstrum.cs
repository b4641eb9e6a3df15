using System.Runtime.CompilerServices;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Features.Chains;

/// <summary>The second pass: limit and cosine transform, or the limit alone, of a block of frames.</summary>
internal readonly unsafe struct FeatureHostCepstrum<TVector>
    where TVector : unmanaged, IFloatVector<TVector>
{
    private readonly float* dct;
    private readonly float* features;
    private readonly int frames;
    private readonly int bands;
    private readonly int rows;
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
        dct = plan.HostTables!.PackedDct.Address;
        this.features = features;
        frames = plan.Frames;
        bands = plan.Options.MelBands;
        rows = isMfcc ? plan.Options.Coefficients : bands;
        this.isMfcc = isMfcc;
        limited = plan.Limited;
        relative = plan.Relative;
        range = plan.Range;
    }

    /// <param name="layout">Where everything stands.</param>
    /// <param name="clip">Which clip.</param>
    /// <param name="block">Which block of it.</param>
    /// <param name="firstSlot">The slot of its first block.</param>
    public void Run(in FeatureHostLayout layout, int clip, int block, int firstSlot)
    {
        (int frame, int count) = FeatureHostLayout.FramesOf(block, frames);
        float* tile = layout.TileOf(firstSlot + block);
        float maximum = limited || relative ? ClipMaximum(layout, firstSlot) : 0f;
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

        for (int row = 0; row < rows; row += FeatureHostTables.DctRows)
        {
            Rows(tile, least, zero, row, target, count);
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

    private float ClipMaximum(in FeatureHostLayout layout, int firstSlot)
    {
        float maximum = float.NegativeInfinity;
        for (int block = 0; block < layout.Blocks; block++)
        {
            maximum = Math.Max(maximum, *layout.MaximumOf(firstSlot + block));
        }

        return maximum;
    }

    /// <summary>Eight coefficients of a block of frames.</summary>
    private void Rows(float* tile, TVector least, TVector zero, int row, float* target, int count)
    {
        float* weight = dct + ((long)row * bands);
        TVector c0 = TVector.Zero;
        TVector c1 = TVector.Zero;
        TVector c2 = TVector.Zero;
        TVector c3 = TVector.Zero;
        TVector c4 = TVector.Zero;
        TVector c5 = TVector.Zero;
        TVector c6 = TVector.Zero;
        TVector c7 = TVector.Zero;
        for (int band = 0; band < bands; band++, tile += TVector.Count, weight += FeatureHostTables.DctRows)
        {
            TVector value = TVector.Max(TVector.Load(tile), least) - zero;
            c0 = TVector.FusedMultiplyAdd(value, TVector.Create(weight[0]), c0);
            c1 = TVector.FusedMultiplyAdd(value, TVector.Create(weight[1]), c1);
            c2 = TVector.FusedMultiplyAdd(value, TVector.Create(weight[2]), c2);
            c3 = TVector.FusedMultiplyAdd(value, TVector.Create(weight[3]), c3);
            c4 = TVector.FusedMultiplyAdd(value, TVector.Create(weight[4]), c4);
            c5 = TVector.FusedMultiplyAdd(value, TVector.Create(weight[5]), c5);
            c6 = TVector.FusedMultiplyAdd(value, TVector.Create(weight[6]), c6);
            c7 = TVector.FusedMultiplyAdd(value, TVector.Create(weight[7]), c7);
        }

        Put(c0, row, target, count);
        Put(c1, row + 1, target, count);
        Put(c2, row + 2, target, count);
        Put(c3, row + 3, target, count);
        Put(c4, row + 4, target, count);
        Put(c5, row + 5, target, count);
        Put(c6, row + 6, target, count);
        Put(c7, row + 7, target, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(TVector values, int row, float* target, int count)
    {
        if (row < rows && row != energyRow)
        {
            Store(values, target + ((long)row * frames), count);
        }
    }
}
