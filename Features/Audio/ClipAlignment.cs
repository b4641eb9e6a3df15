namespace NativeCnn.Features.Audio;

/// <summary>Which part of a long clip stays, and where a short one lies in the silence.</summary>
public enum ClipAlignment
{
    /// <summary>The first samples stay; silence follows.</summary>
    Start,

    /// <summary>The middle stays; silence on both sides. An odd sample over is cut, or filled, at the end.</summary>
    Center,
}
