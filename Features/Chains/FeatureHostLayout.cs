using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Features.Chains;

/// <summary>Where tiles, maxima and the workers' buffers stand in scratch memory.</summary>
/// <remarks>
/// A part that is a clip has its tiles in its worker's room, for no other worker reads them; where a part is a block,
/// all clips have theirs in the region that the workers share.
/// </remarks>
internal readonly unsafe struct FeatureHostLayout
{
    private readonly WorkerRooms rooms;
    private readonly float* shared;
    private readonly int bands;
    private readonly int tile;
    private readonly long roomTiles;

    private FeatureHostLayout(FeaturePlan plan)
    {
        Blocks = (plan.Frames + Lanes - 1) / Lanes;
        bands = plan.Options.MelBands;
        // With a line for its maximum.
        tile = (bands + 1) * Lanes;
        int workers = plan.Device.Workers.Count;
        ByClips = plan.Batch % workers == 0 || plan.Batch > 4 * workers;
        Signal = 2L * plan.Fourier.Points * Lanes;
        Chirp = Signal + ToLanes(((Lanes - 1L) * plan.Options.HopLength) + plan.Options.FrameLength);
        roomTiles = Chirp + ToLanes(LanePlan.WorkLength(plan.Fourier));
    }

    private FeatureHostLayout(in FeatureHostLayout lengths, FeaturePlan plan)
    {
        this = lengths;
        rooms = plan.Device.Scratch.TakeRooms(RoomLength);
        shared = plan.Device.Scratch.TakeAddress(SharedLength(plan));
    }

    /// <summary>Frames of a block: the lanes of a vector.</summary>
    public static int Lanes => HostSimd.Lanes;

    /// <summary>Whether a part is a clip rather than a block.</summary>
    public bool ByClips { get; }

    /// <summary>Blocks of frames in a clip.</summary>
    public int Blocks { get; }

    /// <summary>Floats of a block's points.</summary>
    public long Signal { get; }

    /// <summary>Where the transform's own buffer begins in a worker's.</summary>
    public long Chirp { get; }

    private long RoomLength => roomTiles + (ByClips ? (long)Blocks * tile : 0);

    /// <summary>Makes sure that there is room for a plan.</summary>
    public static void Reserve(FeaturePlan plan)
    {
        var lengths = new FeatureHostLayout(plan);
        plan.Device.Scratch.ReserveRooms(lengths.RoomLength);
        plan.Device.Scratch.Reserve(lengths.SharedLength(plan));
    }

    /// <summary>The layout in the device's scratch memory, for one call.</summary>
    /// <exception cref="InvalidOperationException">Nobody reserved as much.</exception>
    public static FeatureHostLayout Take(FeaturePlan plan) => new(new FeatureHostLayout(plan), plan);

    /// <summary>The first tile of a clip, which this worker has, or all.</summary>
    public float* TilesOf(int clip, int worker) =>
        ByClips ? rooms[worker] + roomTiles : shared + ((long)clip * Blocks * tile);

    /// <summary>The tile of a block, of a clip's tiles.</summary>
    public float* TileOf(float* tiles, int block) => tiles + ((long)block * tile);

    /// <summary>The largest number of a block's tile.</summary>
    public float* MaximumOf(float* tiles, int block) => TileOf(tiles, block) + (bands * Lanes);

    /// <summary>A worker's block of frames, behind it its padded samples, and then the chirp's.</summary>
    public float* BuffersOf(int worker) => rooms[worker];

    /// <summary>Which frames a block has.</summary>
    public static (int First, int Count) FramesOf(int block, int frames) =>
        frames < Lanes ? (0, frames) : (Math.Min(block * Lanes, frames - Lanes), Lanes);

    private static long ToLanes(long length) => (length + Lanes - 1) / Lanes * Lanes;

    private long SharedLength(FeaturePlan plan) => ByClips ? 0 : (long)plan.Batch * Blocks * tile;
}
