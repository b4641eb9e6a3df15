namespace NativeCnn.Tools.Benchmarking;

/// <summary>The formula of a case, computed as it reads, in double precision.</summary>
/// <param name="Tensor">Which of the case's tensors is the result.</param>
/// <param name="At">One number of the result: from the tensors as they were before the call, and its index.</param>
internal sealed record CaseFormula(int Tensor, Func<float[][], int, double> At);
