using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Operators;

/// <summary>The rungs of the portable matrix product; <c>MatMulKernels.cs</c> tells what each does.</summary>
public enum MatMulRung
{
    /// <summary>One thread an element, as the formula reads.</summary>
    Naive = 1,

    /// <summary>Tiles of 16 x 16 in shared memory, one element a thread.</summary>
    Tiled = 2,

    /// <summary>Tiles of 64 x 64 in shared memory, 4 x 4 elements in a thread's registers.</summary>
    Registers4x4 = 3,

    /// <summary>Tiles of 128 x 128 in shared memory, 8 x 8 elements in a thread's registers.</summary>
    Registers8x8 = 4,

    /// <summary>
    /// Tiles of 128 x 64 by the tensor cores of an NVIDIA GPU, whose factors have 10 bits behind the point (tf32); only
    /// on a device that was opened with <see cref="FloatPrecision.Tf32"/>.
    /// </summary>
    TensorCores = 5,

    /// <summary>
    /// <see cref="Registers8x8"/>, the same bits, with operands that come by asynchronous copies past the registers:
    /// on NVIDIA GPUs from sm_80 on, where a table of thresholds says so. Elsewhere the copies are not asynchronous.
    /// </summary>
    Copied8x8 = 6,
}
