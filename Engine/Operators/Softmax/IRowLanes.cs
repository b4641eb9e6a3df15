// How the threads that share a row meet: lanes neighbours, a power of two of them, get the sum or the maximum of their
// values. Halves meet first, so both ways give the same bits. All threads of a group must come along.
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>A way for neighbouring threads to meet, resolved when a kernel is compiled.</summary>
internal interface IRowLanes
{
    /// <summary>The sum over the lanes of a row, for each of them.</summary>
    /// <param name="shared">A place for every thread of the group, or nothing that is read.</param>
    /// <param name="lane">This thread's place among its lanes.</param>
    /// <param name="lanes">Threads of a row.</param>
    /// <param name="value">This thread's value.</param>
    float Sum(ArrayView<float> shared, int lane, int lanes, float value);

    /// <summary>The maximum over the lanes of a row, for each of them.</summary>
    /// <inheritdoc cref="Sum"/>
    float Max(ArrayView<float> shared, int lane, int lanes, float value);
}
