using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Features.Chains;

/// <summary>Where tiles, maxima and the workers' buffers stand in scratch memory.</summary>
internal readonly unsafe struct FeatureHostLayout
{
    private readonly float* scratch;
    private readonly int tile;
    private readonly long maxima;
    private readonly long buffers;
    private readonly long perWorker;

    public FeatureHostLayout(FeaturePlan plan, float* scratch)
    {
        this.scratch = scratch;
        Blocks = (plan.Frames + Lanes - 1) / Lanes;
        tile = plan.Options.MelBands * Lanes;
        int workers = plan.Device.Workers.Count;
        long slots = (long)Math.Max(plan.Batch, workers) * Blocks;
        maxima = slots * tile;
        buffers = maxima + ((slots + Lanes - 1) / Lanes * Lanes);
        Signal = 2L * plan.Fourier.Points * Lanes;
        long segment = ((Lanes - 1L) * plan.Options.HopLength) + plan.Options.FrameLength;
        Chirp = Signal + ((segment + Lanes - 1) / Lanes * Lanes);
        perWorker = Chirp + LanePlan.WorkLength(plan.Fourier);
        Length = buffers + (workers * perWorker);
    }

    /// <summary>Frames of a block: the lanes of a vector.</summary>
    public static int Lanes => HostSimd.Lanes;

    /// <summary>Blocks of frames in a clip.</summary>
    public int Blocks { get; }

    /// <summary>Floats of a block's points.</summary>
    public long Signal { get; }

    /// <summary>Where the transform's own buffer begins in a worker's.</summary>
    public long Chirp { get; }

    /// <summary>Floats of everything.</summary>
    public long Length { get; }

    /// <summary>The tile of a block, by its slot: part or worker times blocks, plus block.</summary>
    public float* TileOf(int slot) => scratch + ((long)slot * tile);

    public float* MaximumOf(int slot) => scratch + maxima + slot;

    /// <summary>A worker's block of frames, behind it its padded samples, and then the chirp's.</summary>
    public float* BuffersOf(int worker) => scratch + buffers + (worker * perWorker);

    /// <summary>Which frames a block has.</summary>
    public static (int First, int Count) FramesOf(int block, int frames) =>
        frames < Lanes ? (0, frames) : (Math.Min(block * Lanes, frames - Lanes), Lanes);
}
