namespace NativeCnn.Engine.Operators;

/// <summary>Where four rows begin, the last of so many once more where they are fewer.</summary>
internal readonly unsafe struct FourRows(float* rows, long pitch, int count)
{
    public readonly float* A = rows;
    public readonly float* B = rows + (Math.Min(1, count - 1) * pitch);
    public readonly float* C = rows + (Math.Min(2, count - 1) * pitch);
    public readonly float* D = rows + (Math.Min(3, count - 1) * pitch);
}
