namespace NativeCnn.Engine.Ptx;

/// <summary>What an instruction does.</summary>
/// <param name="Shape">A letter for each operand: 4 and 8 are its bytes, p is a predicate.</param>
/// <param name="Body">The address of the method that executes it.</param>
internal sealed record PtxOperation(string Shape, nint Body);
