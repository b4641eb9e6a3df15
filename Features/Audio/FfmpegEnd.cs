namespace NativeCnn.Features.Audio;

/// <summary>How a process ended.</summary>
internal enum FfmpegEnd
{
    /// <summary>By itself; its exit code tells the rest.</summary>
    Exited,

    /// <summary>It gave nothing for too long and was killed.</summary>
    Late,

    /// <summary>It gave more than an array holds and was killed.</summary>
    TooLong,
}
