namespace NativeCnn.Tools.Benchmarking;

/// <summary>A measured time and the arithmetic done in it.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Milliseconds">Median of the repetitions.</param>
/// <param name="Operations">Floating-point operations of one repetition, 0 where they are not counted.</param>
public readonly record struct Measurement(double Milliseconds, long Operations)
{
    /// <summary>Arithmetic rate in GFLOP/s.</summary>
    public double Gigaflops => Operations / Milliseconds / 1e6;
}
