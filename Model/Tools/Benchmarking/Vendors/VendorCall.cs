namespace NativeCnn.Tools.Benchmarking.Vendors;

/// <summary>One call of a library.</summary>
/// <param name="Library">The library's name.</param>
/// <param name="Tensor">Which of the case's tensors it computes.</param>
/// <param name="Run">The call.</param>
/// <param name="Result">What it computed.</param>
internal sealed record VendorCall(string Library, int Tensor, Action Run, Func<float[]> Result);
