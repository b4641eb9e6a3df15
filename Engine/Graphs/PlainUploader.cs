using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Graphs;

/// <summary>For devices without page-locked memory: rows are copied when they are taken, and the host waits.</summary>
internal sealed class PlainUploader(int values, int labels) : IUploader
{
    private readonly float[][] valuesOf = [new float[values], new float[values]];
    private readonly int[][] labelsOf = [new int[labels], new int[labels]];

    public Span<float> Values(int slot) => valuesOf[slot];

    public Span<int> Labels(int slot) => labelsOf[slot];

    public void Upload(int slot, int values, int labels)
    {
    }

    public void Take(int slot, Tensor<float> y, Tensor<int> targets)
    {
        y.CopyFrom(valuesOf[slot].AsSpan(0, y.Length));
        targets.CopyFrom(labelsOf[slot].AsSpan(0, targets.Length));
    }

    public void Dispose()
    {
    }
}
