namespace NativeCnn.Benchmarks;

/// <summary>
/// The work of one call, counted from its formula and so the same for every body: what the operator needs, not what
/// some implementation of it does.
/// </summary>
/// <param name="Operations">
/// Floating-point operations: a multiplication and an addition are two; a comparison, a division, a root, an
/// exponential or a logarithm is one.
/// </param>
/// <param name="Bytes">
/// Compulsory traffic: every input read once, every output written once; what is added to, both.
/// </param>
/// <param name="SoundSeconds">Seconds of sound that come in, where it is sound.</param>
public readonly record struct Work(double Operations, double Bytes, double SoundSeconds = 0)
{
    /// <summary>Counts traffic in numbers of four bytes: float32 values, int32 labels and places.</summary>
    public static Work OfNumbers(double operations, long numbers) => new(operations, 4.0 * numbers);
}
