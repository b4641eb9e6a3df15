namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>What <see cref="PtxCensus"/> does with a launch.</summary>
internal enum PtxCensusMode
{
    /// <summary>It is noted and not executed.</summary>
    List,

    /// <summary>It is executed and not noted.</summary>
    Run,

    /// <summary>It is executed, noted and counted.</summary>
    Count,
}
