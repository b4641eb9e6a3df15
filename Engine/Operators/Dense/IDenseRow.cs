using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>Where a group takes a row of a dense layer's input from; known when a kernel is compiled.</summary>
internal interface IDenseRow
{
    /// <summary>Puts the row into shared memory; a barrier follows.</summary>
    /// <param name="h">As many places as there are inputs, or more.</param>
    /// <param name="row">The row.</param>
    /// <param name="inputs">Its elements.</param>
    void Fill(ArrayView<float> h, int row, int inputs);
}
