namespace NativeCnn.Tools.Benchmarking;

/// <summary>What a case's result is compared with.</summary>
/// <param name="Reference">Who computed it.</param>
/// <param name="Values">All tensors; null where single numbers follow from the case's formula.</param>
/// <param name="Small">The case at the shape that was computed, where that is a smaller one; else null.</param>
internal sealed record CaseExpectation(string Reference, float[][]? Values, KernelCase? Small);
