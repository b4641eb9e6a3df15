using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Proofs;

/// <summary>Tensors of single clips, to be one of all.</summary>
internal sealed class ProofRows
{
    private readonly List<float[]> rows = [];
    private int[] shape = [];

    public int Length => rows.Sum(row => row.Length);

    public void Add(Tensor<float> row) => Add(row.ToArray(), row.Shape);

    public void Add(float[] row, Shape of)
    {
        rows.Add(row);
        shape = of.ToArray();
    }

    public SafeTensor ToTensor() =>
        SafeTensor.From<float>([.. rows.SelectMany(row => row)], [rows.Count, .. shape[1..]]);
}
