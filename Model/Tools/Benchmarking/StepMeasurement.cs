namespace NativeCnn.Tools.Benchmarking;

/// <summary>A measured training step.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Time">The time of a step and its arithmetic.</param>
/// <param name="Launches">Kernels that it launches; 0 where host bodies run.</param>
/// <param name="Replayed">True where they were given to the device as one CUDA graph.</param>
public readonly record struct StepMeasurement(Measurement Time, long Launches, bool Replayed);
