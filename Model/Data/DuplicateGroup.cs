namespace NativeCnn.Model.Data;

/// <summary>Clips with the same content, two or more.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Clips">The clips.</param>
public sealed record DuplicateGroup(IReadOnlyList<DuplicateClip> Clips)
{
    /// <summary>Whether they are of different classes, so that one of these is wrong.</summary>
    public bool IsInTwoClasses => Clips.Any(clip => clip.Label != Clips[0].Label);

    /// <summary>Whether they are on different sides of the split, so that the result flatters.</summary>
    public bool IsOnTwoSides => Clips.Any(clip => clip.Side != Clips[0].Side);
}
