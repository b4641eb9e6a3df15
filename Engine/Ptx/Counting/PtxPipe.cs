namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>The unit of a multiprocessor that executes an instruction.</summary>
internal enum PtxPipe
{
    /// <summary>None: it is gone before it reaches the GPU.</summary>
    None,

    /// <summary>Float32.</summary>
    Float,

    /// <summary>Float64.</summary>
    Double,

    /// <summary>Whole numbers, comparisons and conversions.</summary>
    Integer,

    /// <summary>Loads, stores and shuffles.</summary>
    Memory,

    /// <summary>The tensor cores.</summary>
    Tensor,

    /// <summary>Branches and barriers.</summary>
    Control,
}
