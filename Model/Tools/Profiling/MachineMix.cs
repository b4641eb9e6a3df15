// What the machine code of a kernel has of products and sums, beside what counting takes its PTX for: a check of the
// rule by which products are contracted. Each instruction is counted once, as it stands in the text.
using System.Text.RegularExpressions;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Ptx;
using NativeCnn.Engine.Ptx.Counting;
using NativeCnn.Tools.Kernels;

namespace NativeCnn.Tools.Profiling;

/// <summary>Float32 products and sums in the text of a kernel.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Fma">Products and sums in one.</param>
/// <param name="Multiply">Products alone.</param>
/// <param name="Add">Sums alone.</param>
public sealed partial record MachineMix(int Fma, int Multiply, int Add)
{
    /// <summary>Fused ones, of all.</summary>
    public double FusedShare => Fma + Multiply + Add > 0 ? (double)Fma / (Fma + Multiply + Add) : 0;

    /// <summary>What counting takes the kernel's PTX for.</summary>
    public static MachineMix OfPtx(PortableKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        PtxFacts facts = PtxFacts.Of(PtxKernel.Of(kernel.Method).Program);
        return new MachineMix(Count(PtxClass.Fma), Count(PtxClass.Multiply), Count(PtxClass.Add));

        int Count(PtxClass kind) =>
            facts.Instructions.Count(one => !one.IsContracted && one.Opcode.Class == kind);
    }

    /// <summary>What ptxas makes of it; null where there is no ptxas with an nvdisasm beside it.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="architecture">The GPU, <c>sm_90</c>.</param>
    /// <exception cref="PtxasException">One of the two failed.</exception>
    public static MachineMix? OfMachine(PortableKernel kernel, string architecture)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (Ptxas.Find() is not { } ptxas)
        {
            return null;
        }

        using var compiler = new KernelCompiler();
        return ptxas.MachineCode(compiler.ToPtx(kernel, architecture), architecture) is not { } code ? null
            : new MachineMix(Fused().Count(code), Products().Count(code), Sums().Count(code));
    }

    [GeneratedRegex(@"\bFFMA\b")]
    private static partial Regex Fused();

    [GeneratedRegex(@"\bFMUL\b")]
    private static partial Regex Products();

    [GeneratedRegex(@"\bFADD\b")]
    private static partial Regex Sums();
}
