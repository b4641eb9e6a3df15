namespace NativeCnn.Model.Networks.Planning;

/// <summary>What a pass of a stage has to do, whatever the body does.</summary>
/// <param name="Operations">Floating-point operations by the layers' formulas.</param>
/// <param name="Bytes">
/// Compulsory traffic: what the pass reads and writes outside of itself, each once; parameters' gradients, which
/// accumulate, twice.
/// </param>
internal readonly record struct StageWork(long Operations, long Bytes);
