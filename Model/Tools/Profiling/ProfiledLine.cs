using NativeCnn.Engine.Kernels;

namespace NativeCnn.Tools.Profiling;

/// <summary>A line of PTX with what became of it in all launches of its kernel, beside its C#.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Line">The line of PTX, from 1.</param>
/// <param name="Text">The line.</param>
/// <param name="Class">What it is; a product that its sum takes along is <c>contracted</c>.</param>
/// <param name="Warps">How often warps executed it.</param>
/// <param name="Lanes">How often threads did.</param>
/// <param name="Requests">Of an access its requests; else none.</param>
/// <param name="Divergent">Of a branch how often lanes parted.</param>
/// <param name="Source">The C#; null where it is not known.</param>
public sealed record ProfiledLine(
    int Line, string Text, string Class, double Warps, double Lanes, Requests? Requests, double Divergent,
    SourcePlace? Source);
