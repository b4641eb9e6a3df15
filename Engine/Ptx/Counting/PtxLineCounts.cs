namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>What became of one line of PTX.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Class">What it is.</param>
/// <param name="Warps">How often warps executed it.</param>
/// <param name="Lanes">How often threads did.</param>
/// <param name="Requests">Of an access its requests.</param>
/// <param name="IsContracted">It counts as one with the sum that follows.</param>
/// <param name="Parted">Of a branch how often the lanes of a warp went different ways.</param>
internal readonly record struct PtxLineCounts(
    int Line, PtxClass Class, long Warps, long Lanes, PtxRequests Requests, bool IsContracted, long Parted);
