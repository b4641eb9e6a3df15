namespace NativeCnn.Features.Audio.Flac;

/// <summary>How a frame codes two channels (RFC 9639, section 4.2); in the order of their codes.</summary>
internal enum FlacStereo
{
    /// <summary>Each as it is.</summary>
    Independent,

    /// <summary>Left, and left - right.</summary>
    LeftSide,

    /// <summary>Left - right, and right.</summary>
    SideRight,

    /// <summary>The mean, rounded down, and left - right.</summary>
    MidSide,
}
