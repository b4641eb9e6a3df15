using NativeCnn.Model.Data;

namespace NativeCnn.Model;

/// <summary>A clip of an evaluation.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Clip">The clip with its own class.</param>
/// <param name="Predicted">The class that the network gives it.</param>
public sealed record EvaluatedClip(ClipEntry Clip, string Predicted)
{
    /// <summary>True where this is its own.</summary>
    public bool IsRight => Predicted == Clip.Label;
}
