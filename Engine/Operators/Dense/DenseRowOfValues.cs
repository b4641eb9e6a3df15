using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>Rows that lie in memory, [B, I].</summary>
internal readonly record struct DenseRowOfValues(ArrayView<float> X) : IDenseRow
{
    public void Fill(ArrayView<float> h, int row, int inputs)
    {
        for (int i = Group.IdxX; i < inputs; i += Group.DimX)
        {
            h[i] = X[(row * inputs) + i];
        }
    }
}
