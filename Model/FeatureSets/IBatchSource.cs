using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;

namespace NativeCnn.Model.FeatureSets;

/// <summary>
/// Where mini-batches come from: rows on the device, in the machine's memory or on disk. The numbers that arrive are
/// the same.
/// </summary>
internal interface IBatchSource
{
    /// <summary>The rows, where they are on the device; else null.</summary>
    Tensor<float>? OnDevice { get; }

    /// <summary>From now on rows arrive standardised.</summary>
    /// <param name="normalizer">Mean and deviation of each coefficient.</param>
    void Normalize(Normalizer normalizer);

    /// <summary>Begins a pass over rows.</summary>
    /// <param name="order">Indices of rows.</param>
    /// <param name="batches">Rows of each mini-batch; together as many as the order has.</param>
    void Begin(int[] order, int[] batches);

    /// <summary>Plans how mini-batches of one size reach the device.</summary>
    /// <param name="rows">Where the rows go, [B, ...].</param>
    /// <param name="targets">Where their labels go, [B].</param>
    /// <param name="order">The order of the pass, on the device.</param>
    /// <param name="progress">The training's position in it, and its step.</param>
    IBatchLoad Into(Tensor<float> rows, Tensor<int> targets, Tensor<int> order, TrainingProgress progress);
}
