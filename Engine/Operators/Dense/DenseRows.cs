using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The input of a dense layer that is computed together with its loss (<see cref="ClassificationLoss"/>): rows that lie
/// in memory, or what they are made of.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public readonly struct DenseRows
{
    private DenseRows(
        int inputs, Tensor<float>? values, MatMulKernels.CombineArgs? parts, Tensor<float>? pooled,
        Tensor<int>? argMax, MaskGenerator? dropout)
    {
        Inputs = inputs;
        Values = values;
        Parts = parts;
        Pooled = pooled;
        ArgMax = argMax;
        Dropout = dropout;
    }

    /// <summary>Elements of a row.</summary>
    public int Inputs { get; }

    internal Tensor<float>? Values { get; }

    internal MatMulKernels.CombineArgs? Parts { get; }

    internal Tensor<float>? Pooled { get; }

    internal Tensor<int>? ArgMax { get; }

    internal MaskGenerator? Dropout { get; }

    /// <summary>Rows that are there, [B, I].</summary>
    public static DenseRows Of(Tensor<float> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return new DenseRows(x.Length / x.Shape[0], x, null, null, null, null);
    }

    /// <summary>
    /// What <see cref="GlobalMeanMaxPool"/> and then dropout make of x, with the places of the maxima; the step's mask
    /// is the one that <see cref="Operators.Dropout"/> draws.
    /// </summary>
    /// <param name="x">[B, C, T].</param>
    /// <param name="argMax">[B, C], assigned.</param>
    /// <param name="h">[B, 2 C], assigned: the rows.</param>
    /// <param name="dropout">How the mask is drawn; null for none.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static DenseRows OfPool(Tensor<float> x, Tensor<int> argMax, Tensor<float> h, MaskGenerator? dropout)
    {
        ArgumentNullException.ThrowIfNull(x);
        int rows = x.Shape[0] * x.Shape[1];
        argMax.ExpectLength(rows);
        h.ExpectLength(2 * rows);
        return new DenseRows(2 * x.Shape[1], h, null, x, argMax, dropout);
    }

    internal static DenseRows OfParts(MatMulKernels.CombineArgs parts, MaskGenerator? dropout) =>
        new(parts.Args.N, null, parts, null, null, dropout);
}
