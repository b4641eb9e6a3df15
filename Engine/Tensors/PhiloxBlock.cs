namespace NativeCnn.Engine.Tensors;

/// <summary>The four words that one Philox evaluation gives.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="X">Word 0.</param>
/// <param name="Y">Word 1.</param>
/// <param name="Z">Word 2.</param>
/// <param name="W">Word 3.</param>
public readonly record struct PhiloxBlock(uint X, uint Y, uint Z, uint W);
