using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The extents of a reduction: [Outer, Length, Inner] -> [Outer, Inner].</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Outer">What lies before the reduced dimension.</param>
/// <param name="Length">The reduced dimension.</param>
/// <param name="Inner">What lies after it; 1 where it is the last.</param>
public readonly record struct ReductionShape(int Outer, int Length, int Inner)
{
    /// <summary>x: [Outer, Length, Inner].</summary>
    public Shape Input => new(Outer, Length, Inner);

    /// <summary>y: [Outer, Inner].</summary>
    public Shape Output => new(Outer, Inner);

    /// <summary>Operations of a sum, a mean or a maximum: one for each element of x.</summary>
    public long Operations => Input.Length;
}
