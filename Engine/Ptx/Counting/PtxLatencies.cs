namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>Cycles from an instruction to the first that can use its result.</summary>
/// <param name="Arithmetic">Of one machine instruction of float32 or whole numbers.</param>
/// <param name="Shared">A load from shared memory.</param>
/// <param name="L1">A load from global memory that the first cache has.</param>
/// <param name="L2">One that the second has.</param>
internal readonly record struct PtxLatencies(int Arithmetic, int Shared, int L1, int L2)
{
    /// <summary>Between the last warp that reaches a barrier and the first that goes on.</summary>
    public const int Barrier = 20;

    /// <summary>A product of the tensor cores.</summary>
    public const int Tensor = 33;

    /// <summary>Of an H100.</summary>
    public static PtxLatencies Hopper { get; } = new(4, 29, 41, 263);
}
