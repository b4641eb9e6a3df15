using System.Globalization;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The extents of C[M, N] = op(A)[M, K] op(B)[K, N].</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="M">Rows of C.</param>
/// <param name="N">Columns of C.</param>
/// <param name="K">Terms of each sum; at least 1, for a product without terms is a mistake in a plan.</param>
/// <param name="TransposeA">A is stored [K, M] rather than [M, K].</param>
/// <param name="TransposeB">B is stored [N, K] rather than [K, N].</param>
public readonly record struct MatMulShape(int M, int N, int K, bool TransposeA = false, bool TransposeB = false)
{
    /// <summary>A as it is stored: [M, K], or [K, M].</summary>
    public Shape A => TransposeA ? new Shape(K, M) : new Shape(M, K);

    /// <summary>B as it is stored: [K, N], or [N, K].</summary>
    public Shape B => TransposeB ? new Shape(N, K) : new Shape(K, N);

    /// <summary>C: [M, N].</summary>
    public Shape C => new(M, N);

    /// <summary>Floating-point operations of one product: a multiplication and an addition a term.</summary>
    public long Operations => 2L * M * N * K;

    /// <summary><c>64 x 3072 by 3072 x 128</c>; a transposed operand is marked by a <c>T</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{M} x {K}{(TransposeA ? " T" : "")} by {K} x {N}{(TransposeB ? " T" : "")}");

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(M, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(N, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(K, 1);
    }
}
