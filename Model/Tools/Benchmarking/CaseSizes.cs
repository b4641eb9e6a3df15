namespace NativeCnn.Tools.Benchmarking;

/// <summary>How large the cases of <see cref="OperatorCases"/> are.</summary>
internal enum CaseSizes
{
    /// <summary>A few small ones of every operator, for the simulator and for tests.</summary>
    Small,

    /// <summary>The article's network at batch 64, other networks' layers, and tensors that no cache holds.</summary>
    Usual,

    /// <summary>The usual ones, and some that fill a GPU.</summary>
    Large,
}
