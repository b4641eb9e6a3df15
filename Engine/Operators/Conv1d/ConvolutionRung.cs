namespace NativeCnn.Engine.Operators;

/// <summary>The rungs of the portable convolution; <c>Conv1dKernels.cs</c> tells what each does.</summary>
public enum ConvolutionRung
{
    /// <summary>One thread an output, as the formula reads.</summary>
    Naive = 1,

    /// <summary>Tiles of 16 x 16 in shared memory, one output a thread.</summary>
    Tiled = 2,

    /// <summary>Tiles of 64 rows, 4 x 6 outputs (4 x 4 weights) in a thread's registers.</summary>
    Registers = 3,

    /// <summary>Tiles of 64 x 128, 8 x 8 outputs in a thread's registers; not for gradients of weights.</summary>
    Registers8x8 = 4,

    /// <summary>
    /// Tiles of 64 x 64 (64 x 32 weights) by the tensor cores of an NVIDIA GPU, whose factors have 10 bits behind the
    /// point (tf32); only on a device that was opened with <see cref="Devices.FloatPrecision.Tf32"/>.
    /// </summary>
    TensorCores = 5,
}
