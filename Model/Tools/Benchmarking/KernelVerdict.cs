namespace NativeCnn.Tools.Benchmarking;

/// <summary>Whether a kernel computed what it should.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="IsRight">Whether it did.</param>
/// <param name="Reference">
/// What it was compared with: <c>float64</c>, single numbers of the result by the formula as it reads; or the device
/// that computed all tensors again, with the shape where that is a smaller one.
/// </param>
/// <param name="Difference">The largest difference, as a share of the largest number of its tensor.</param>
/// <param name="Where">Of a wrong one: tensor, element, expected, got.</param>
public sealed record KernelVerdict(bool IsRight, string Reference, double Difference, string? Where = null);
