namespace NativeCnn.Model.Jobs;

/// <summary>How workers share jobs. Workers of one folder have the same.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record JobOptions
{
    // Signs go through files, which a network file system may show late.
    private const double UsualSilence = 60;
    private const int BeatsOfASilence = 8;

    /// <summary>
    /// How long a worker may give no sign before another takes its job: NATIVECNN_SILENCE_SECONDS, else 60 s.
    /// </summary>
    public TimeSpan Silence { get; init; } = SilenceLimit.Or(UsualSilence);

    /// <summary>A job fails where so many workers ended, or fell silent, while they had it.</summary>
    public int MostCrashes { get; init; } = 3;

    /// <summary>Time between the signs of a worker, and between its looks at the folder while it waits.</summary>
    public TimeSpan Pause => TimeSpan.FromMilliseconds(Math.Clamp(
        Silence.TotalMilliseconds / BeatsOfASilence, 20, 2000));

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
