using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Rows that <see cref="GlobalMeanMaxPool"/> and dropout make of x [B, C, T]: 2 C means and maxima, which are stored in
/// H too, and the places of the maxima.
/// </summary>
internal readonly record struct DenseRowOfPool(
    ArrayView<float> X, ArrayView<int> ArgMax, ArrayView<float> H, ArrayView<int> Step, MaskGenerator Dropout,
    Flag Drops, int Channels, int Length) : IDenseRow
{
    public void Fill(ArrayView<float> h, int row, int inputs)
    {
        int step = Step[0];
        for (int c = Group.IdxX; c < Channels; c += Group.DimX)
        {
            GlobalPoolRow pooled = GlobalPoolKernels.Pool(X, ((row * Channels) + c) * Length, Length);
            ArgMax[(row * Channels) + c] = pooled.Place;
            Put(h, step, (row * inputs) + c, c, pooled.Mean);
            Put(h, step, (row * inputs) + Channels + c, Channels + c, pooled.Largest);
        }
    }

    private void Put(ArrayView<float> h, int step, int i, int place, float value)
    {
        if (Drops != 0)
        {
            value *= Dropout.MaskOf(step, i);
        }

        H[i] = value;
        h[place] = value;
    }
}
