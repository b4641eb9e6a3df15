namespace NativeCnn.Engine.Ptx;

/// <summary>What a kernel did wrong at an instruction; <see cref="PtxMachine"/> says which kernel it was.</summary>
internal class PtxFault(int line, string what) : Exception(what)
{
    /// <summary>The line in the PTX text, from 1.</summary>
    public int Line { get; } = line;
}
