using NativeCnn.Engine.Operators;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>What a case computes, as a library of a vendor would be asked for it.</summary>
/// <remarks>The case's first tensors are the inputs, in the formula's order; the next is the result.</remarks>
internal abstract record VendorWork
{
    /// <summary>C = A B, in float32.</summary>
    public sealed record Product(MatMulShape Shape) : VendorWork;

    /// <summary>Fourier transforms of real rows.</summary>
    public sealed record Transform(int Rows, int Length) : VendorWork;

    /// <summary>A function of each row, by the case's name: <c>relu.forward</c>; an element is one anywhere.</summary>
    public sealed record Function(string Name, int Rows, int Length) : VendorWork;
}
