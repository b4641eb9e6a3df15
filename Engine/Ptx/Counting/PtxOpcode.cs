// What an instruction of PTX comes to on an NVIDIA GPU. The counts of machine instructions are those that ptxas 11.8
// writes for sm_90, found by assembling each between a load and a store; of divisions and roots the ones that ordinary
// numbers take, for ptxas adds a branch for the others.
namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>Class, pipe and cost of an instruction by its name.</summary>
/// <param name="Class">What kind of work it is.</param>
/// <param name="Pipe">The unit that does it.</param>
/// <param name="Issue">Machine instructions that it comes to; 0 where the assembler removes it.</param>
internal readonly record struct PtxOpcode(PtxClass Class, PtxPipe Pipe, int Issue)
{
    private static readonly (string Start, int Issue)[] Long =
    [
        ("div.s32", 25), ("rem.s32", 23), ("div.u32", 18), ("rem.u32", 17), ("div.s64", 88), ("rem.s64", 82),
        ("div.u64", 72), ("rem.u64", 68), ("mul.lo.s64", 4), ("mul.lo.u64", 4), ("mad.lo.s64", 4), ("mad.lo.u64", 4),
        ("min.s64", 4), ("max.s64", 4), ("min.u64", 4), ("max.u64", 4), ("cvt.u32.u64", 0), ("cvt.s32.s64", 0),
        ("cvt.u32.s64", 0), ("cvt.s32.u64", 0), ("cvt.rna.tf32", 4), ("div.rn.f32", 10), ("rcp.rn.f32", 6),
        ("sqrt.rn.f32", 8), ("div.rn.f64", 16), ("sqrt.rn.f64", 16), ("rcp.rn.f64", 12),
    ];

    /// <summary>What an instruction is.</summary>
    /// <param name="name">Its full name: <c>ld.global.v4.f32</c>.</param>
    public static PtxOpcode Of(string name)
    {
        PtxClass kind = ClassOf(name);
        return new PtxOpcode(kind, PipeOf(kind), IssueOf(name, kind));
    }

    private static PtxClass ClassOf(string name) => name.Split('.') switch
    {
        ["fma", .., "f32"] => PtxClass.Fma,
        ["mul", .., "f32"] => PtxClass.Multiply,
        ["add" or "sub", .., "f32"] => PtxClass.Add,
        ["cvt", ..] => PtxClass.Conversion,
        ["mov", "pred"] or ["setp" or "selp" or "testp", ..] or [_, "pred"] => PtxClass.Predicate,
        ["mov" or "cvta", ..] => PtxClass.Move,
        ["ld", "param", ..] => PtxClass.Parameter,
        ["ld", "global", ..] => PtxClass.GlobalLoad,
        ["st", "global", ..] => PtxClass.GlobalStore,
        ["ld", "shared", ..] => PtxClass.SharedLoad,
        ["st", "shared", ..] => PtxClass.SharedStore,
        ["cp", "async", "ca" or "cg", ..] => PtxClass.AsyncCopy,
        ["ld" or "st", "local", ..] => PtxClass.Local,
        ["atom" or "red", ..] => PtxClass.Atomic,
        ["bra" or "brx" or "ret", ..] => PtxClass.Branch,
        ["bar" or "barrier" or "membar" or "fence" or "cp", ..] => PtxClass.Barrier,
        ["shfl", ..] => PtxClass.Shuffle,
        ["mma", ..] => PtxClass.Tensor,
        [.., "f32"] => PtxClass.OtherFloat,
        [.., "f64"] => PtxClass.Double,
        _ => PtxClass.Integer,
    };

    private static PtxPipe PipeOf(PtxClass kind) => kind switch
    {
        PtxClass.Fma or PtxClass.Multiply or PtxClass.Add or PtxClass.OtherFloat => PtxPipe.Float,
        PtxClass.Double => PtxPipe.Double,
        PtxClass.Integer or PtxClass.Conversion or PtxClass.Predicate => PtxPipe.Integer,
        PtxClass.Move or PtxClass.Parameter => PtxPipe.None,
        PtxClass.Branch or PtxClass.Barrier => PtxPipe.Control,
        PtxClass.Tensor => PtxPipe.Tensor,
        _ => PtxPipe.Memory,
    };

    private static int IssueOf(string name, PtxClass kind)
    {
        foreach ((string start, int issue) in Long)
        {
            if (name.StartsWith(start, StringComparison.Ordinal))
            {
                return issue;
            }
        }

        bool isLogic = name.EndsWith(".pred", StringComparison.Ordinal); // A comparison takes it along.
        bool isWide = kind == PtxClass.Integer && name[^2..] == "64";    // Two words.
        return kind is PtxClass.Move or PtxClass.Parameter || isLogic ? 0 : isWide ? 2 : 1;
    }
}
