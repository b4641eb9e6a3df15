using NativeCnn.Engine.Kernels;
using NativeCnn.Tools.Kernels;

namespace NativeCnn.Tools.Profiling;

/// <summary>Registers of a thread of a kernel.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Count">How many; null where nobody says.</param>
/// <param name="Source">Who says so, for people.</param>
public sealed record KernelRegisters(int? Count, string Source)
{
    /// <summary>
    /// What ptxas says for the GPU where it is, else what it said for sm_90 when the kernels were last checked.
    /// </summary>
    /// <exception cref="PtxasException">There is a ptxas, and it failed.</exception>
    internal static KernelRegisters Of(PortableKernel kernel, string architecture, KernelCompiler compiler) =>
        Ptxas.Find() is { } ptxas
            ? new KernelRegisters(
                ptxas.Assemble(compiler.ToPtx(kernel, architecture), architecture).Registers, $"ptxas, {architecture}")
        : AssembledKernels.Of(kernel.Name) is { } known
            ? new KernelRegisters(known.Registers, $"kernels.tsv, {AssembledKernels.Architecture}")
        : new KernelRegisters(null, "not known, no ptxas");
}
