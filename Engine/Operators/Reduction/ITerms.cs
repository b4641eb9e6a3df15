using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The terms of two sums that run over the same places, see <see cref="BlockSum"/>.</summary>
internal interface ITerms
{
    /// <summary>The terms at place i.</summary>
    Float2 At(int i);
}
