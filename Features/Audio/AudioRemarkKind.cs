namespace NativeCnn.Features.Audio;

/// <summary>What is odd about a sound file that was read all the same.</summary>
public enum AudioRemarkKind
{
    /// <summary>The file ends before its headers say that it does; what is whole was read.</summary>
    CutShort,

    /// <summary>A field of the header contradicts the others; the clip was read by the others.</summary>
    Contradiction,
}
