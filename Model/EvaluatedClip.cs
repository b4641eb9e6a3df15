using NativeCnn.Model.Data;

namespace NativeCnn.Model;

/// <summary>A clip of an evaluation.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Clip">The clip.</param>
/// <param name="IsRight">
/// Whether the network gives it its own class; where clips may have several labels, all of them and no other.
/// </param>
public sealed record EvaluatedClip(ClipEntry Clip, bool IsRight);
