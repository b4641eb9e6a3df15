// Which body executes which instruction. The meaning of each is the PTX ISA's, version 7.8.
namespace NativeCnn.Engine.Ptx;

/// <summary>The instructions that <see cref="PtxMachine"/> knows, but for branches and barriers of the group.</summary>
internal static unsafe class PtxInstructionSet
{
    private static readonly Dictionary<string, PtxOperation> Known = Create();

    /// <summary>What an instruction does, by its full name; null where it is not known.</summary>
    public static PtxOperation? Find(string name) => Known.GetValueOrDefault(name);

    private static Dictionary<string, PtxOperation> Create()
    {
        Dictionary<string, PtxOperation> set = new(StringComparer.Ordinal);
        AddMoves(set);
        AddPredicates(set);
        AddWholeNumbers(set);
        AddFloats(set);
        AddConversions(set);
        AddMemory(set);
        AddCopies(set);
        AddWarps(set);
        return set;
    }

    // The shape has a letter for each operand: 4 and 8 are its bytes, p is a predicate.
    private static void Define(
        this Dictionary<string, PtxOperation> set, string names, string shape,
        delegate*<PtxWarp*, PtxInstruction*, void> body)
    {
        foreach (string name in names.Split(' '))
        {
            set.Add(name, new PtxOperation(shape, (nint)body));
        }
    }

    private static void AddMoves(Dictionary<string, PtxOperation> set)
    {
        set.Define("mov.b32 mov.u32 mov.s32 mov.f32", "44", &PtxArithmetic.Move<uint>);
        set.Define("mov.b64 mov.u64 mov.s64 mov.f64 cvta.to.global.u64", "88", &PtxArithmetic.Move<ulong>);
        set.Define("selp.b32 selp.u32 selp.s32 selp.f32", "444p", &PtxArithmetic.Select<uint>);
        set.Define("selp.b64 selp.u64 selp.s64 selp.f64", "888p", &PtxArithmetic.Select<ulong>);
    }

    private static void AddPredicates(Dictionary<string, PtxOperation> set)
    {
        set.Define("mov.pred", "pp", &PtxArithmetic.MovePredicate);
        set.Define("not.pred", "pp", &PtxArithmetic.NotPredicate);
        set.Define("and.pred", "ppp", &PtxArithmetic.AndPredicates);
        set.Define("or.pred", "ppp", &PtxArithmetic.OrPredicates);
        set.Define("xor.pred", "ppp", &PtxArithmetic.XorPredicates);
        set.Define("testp.notanumber.f32", "p4", &PtxArithmetic.IsNotANumber<float>);
        set.Define("testp.notanumber.f64", "p8", &PtxArithmetic.IsNotANumber<double>);
        AddComparisons<int>(set, "s32", "p44");
        AddComparisons<long>(set, "s64", "p88");
        AddComparisons<uint>(set, "u32", "p44");
        AddComparisons<ulong>(set, "u64", "p88");
        AddComparisons<float>(set, "f32", "p44");
        AddComparisons<double>(set, "f64", "p88");
        set.Define("setp.eq.b32", "p44", &PtxArithmetic.Compare<uint, Equal<uint>>);
        set.Define("setp.ne.b32", "p44", &PtxArithmetic.Compare<uint, Not<uint, Equal<uint>>>);
        set.Define("setp.eq.b64", "p88", &PtxArithmetic.Compare<ulong, Equal<ulong>>);
        set.Define("setp.ne.b64", "p88", &PtxArithmetic.Compare<ulong, Not<ulong, Equal<ulong>>>);
    }

    private static void AddComparisons<T>(Dictionary<string, PtxOperation> set, string type, string shape)
        where T : unmanaged
    {
        bool isFloat = type[0] == 'f';
        set.Define($"setp.eq.{type}", shape, &PtxArithmetic.Compare<T, Equal<T>>);
        set.Define($"setp.lt.{type}", shape, &PtxArithmetic.Compare<T, Less<T>>);
        set.Define($"setp.le.{type}", shape, &PtxArithmetic.Compare<T, LessOrEqual<T>>);
        set.Define($"setp.gt.{type}", shape, &PtxArithmetic.Compare<T, Greater<T>>);
        set.Define($"setp.ge.{type}", shape, &PtxArithmetic.Compare<T, GreaterOrEqual<T>>);
        if (isFloat)
        {
            set.Define($"setp.ne.{type}", shape, &PtxArithmetic.Compare<T, Both<T, Ordered<T>, Not<T, Equal<T>>>>);
            set.Define(
                $"setp.equ.{type}", shape, &PtxArithmetic.Compare<T, Not<T, Both<T, Ordered<T>, Not<T, Equal<T>>>>>);
            set.Define($"setp.neu.{type}", shape, &PtxArithmetic.Compare<T, Not<T, Equal<T>>>);
            set.Define($"setp.ltu.{type}", shape, &PtxArithmetic.Compare<T, Not<T, GreaterOrEqual<T>>>);
            set.Define($"setp.leu.{type}", shape, &PtxArithmetic.Compare<T, Not<T, Greater<T>>>);
            set.Define($"setp.gtu.{type}", shape, &PtxArithmetic.Compare<T, Not<T, LessOrEqual<T>>>);
            set.Define($"setp.geu.{type}", shape, &PtxArithmetic.Compare<T, Not<T, Less<T>>>);
            set.Define($"setp.num.{type}", shape, &PtxArithmetic.Compare<T, Ordered<T>>);
            set.Define($"setp.nan.{type}", shape, &PtxArithmetic.Compare<T, Not<T, Ordered<T>>>);
        }
        else
        {
            set.Define($"setp.ne.{type}", shape, &PtxArithmetic.Compare<T, Not<T, Equal<T>>>);
        }

        if (type[0] == 'u')
        {
            set.Define($"setp.lo.{type}", shape, &PtxArithmetic.Compare<T, Less<T>>);
            set.Define($"setp.ls.{type}", shape, &PtxArithmetic.Compare<T, LessOrEqual<T>>);
            set.Define($"setp.hi.{type}", shape, &PtxArithmetic.Compare<T, Greater<T>>);
            set.Define($"setp.hs.{type}", shape, &PtxArithmetic.Compare<T, GreaterOrEqual<T>>);
        }
    }

    private static void AddWholeNumbers(Dictionary<string, PtxOperation> set)
    {
        set.Define("add.s32 add.u32", "444", &PtxArithmetic.Vector<uint, Add<uint>>);
        set.Define("add.s64 add.u64", "888", &PtxArithmetic.Vector<ulong, Add<ulong>>);
        set.Define("sub.s32 sub.u32", "444", &PtxArithmetic.Vector<uint, Subtract<uint>>);
        set.Define("sub.s64 sub.u64", "888", &PtxArithmetic.Vector<ulong, Subtract<ulong>>);
        set.Define("mul.lo.s32 mul.lo.u32", "444", &PtxArithmetic.Vector<uint, Multiply<uint>>);
        set.Define("mul.lo.s64 mul.lo.u64", "888", &PtxArithmetic.Vector<ulong, Multiply<ulong>>);
        set.Define("mul.wide.u32", "844", &PtxArithmetic.MultiplyWide);
        set.Define("mul.wide.s32", "844", &PtxArithmetic.Lane<int, int, long, WideProduct>);
        set.Define("mad.lo.s32 mad.lo.u32", "4444", &PtxArithmetic.Vector<uint, Multiply<uint>, Add<uint>>);
        set.Define("mad.lo.s64 mad.lo.u64", "8888", &PtxArithmetic.Vector<ulong, Multiply<ulong>, Add<ulong>>);
        set.Define("div.s32", "444", &PtxArithmetic.Lane<int, int, int, Quotient>);
        set.Define("div.u32", "444", &PtxArithmetic.Lane<uint, uint, uint, Quotient>);
        set.Define("div.s64", "888", &PtxArithmetic.Lane<long, long, long, Quotient>);
        set.Define("div.u64", "888", &PtxArithmetic.Lane<ulong, ulong, ulong, Quotient>);
        set.Define("rem.s32", "444", &PtxArithmetic.Lane<int, int, int, Remainder>);
        set.Define("rem.u32", "444", &PtxArithmetic.Lane<uint, uint, uint, Remainder>);
        set.Define("rem.s64", "888", &PtxArithmetic.Lane<long, long, long, Remainder>);
        set.Define("rem.u64", "888", &PtxArithmetic.Lane<ulong, ulong, ulong, Remainder>);
        set.Define("neg.s32", "44", &PtxArithmetic.Lane<int, int, Negate>);
        set.Define("neg.s64", "88", &PtxArithmetic.Lane<long, long, Negate>);
        set.Define("abs.s32", "44", &PtxArithmetic.Lane<int, int, Absolute>);
        set.Define("abs.s64", "88", &PtxArithmetic.Lane<long, long, Absolute>);
        set.Define("min.s32", "444", &PtxArithmetic.Vector<int, Smaller<int>>);
        set.Define("min.u32", "444", &PtxArithmetic.Vector<uint, Smaller<uint>>);
        set.Define("min.s64", "888", &PtxArithmetic.Vector<long, Smaller<long>>);
        set.Define("min.u64", "888", &PtxArithmetic.Vector<ulong, Smaller<ulong>>);
        set.Define("max.s32", "444", &PtxArithmetic.Vector<int, Larger<int>>);
        set.Define("max.u32", "444", &PtxArithmetic.Vector<uint, Larger<uint>>);
        set.Define("max.s64", "888", &PtxArithmetic.Vector<long, Larger<long>>);
        set.Define("max.u64", "888", &PtxArithmetic.Vector<ulong, Larger<ulong>>);
        set.Define("and.b32", "444", &PtxArithmetic.Vector<uint, And<uint>>);
        set.Define("and.b64", "888", &PtxArithmetic.Vector<ulong, And<ulong>>);
        set.Define("or.b32", "444", &PtxArithmetic.Vector<uint, Or<uint>>);
        set.Define("or.b64", "888", &PtxArithmetic.Vector<ulong, Or<ulong>>);
        set.Define("xor.b32", "444", &PtxArithmetic.Vector<uint, Xor<uint>>);
        set.Define("xor.b64", "888", &PtxArithmetic.Vector<ulong, Xor<ulong>>);
        set.Define("not.b32", "44", &PtxArithmetic.Lane<uint, uint, Complement>);
        set.Define("not.b64", "88", &PtxArithmetic.Lane<ulong, ulong, Complement>);
        set.Define("shl.b32", "444", &PtxArithmetic.Lane<uint, uint, uint, ShiftLeft>);
        set.Define("shl.b64", "884", &PtxArithmetic.Lane<ulong, uint, ulong, ShiftLeft>);
        set.Define("shr.u32 shr.b32", "444", &PtxArithmetic.Lane<uint, uint, uint, ShiftRight>);
        set.Define("shr.u64 shr.b64", "884", &PtxArithmetic.Lane<ulong, uint, ulong, ShiftRight>);
        set.Define("shr.s32", "444", &PtxArithmetic.Lane<int, uint, int, ShiftRight>);
        set.Define("shr.s64", "884", &PtxArithmetic.Lane<long, uint, long, ShiftRight>);
    }

    private static void AddFloats(Dictionary<string, PtxOperation> set)
    {
        set.Define("add.f32 add.rn.f32", "444", &PtxArithmetic.Vector<float, Add<float>>);
        set.Define("add.f64 add.rn.f64", "888", &PtxArithmetic.Vector<double, Add<double>>);
        set.Define("sub.f32 sub.rn.f32", "444", &PtxArithmetic.Vector<float, Subtract<float>>);
        set.Define("sub.f64 sub.rn.f64", "888", &PtxArithmetic.Vector<double, Subtract<double>>);
        set.Define("mul.f32 mul.rn.f32", "444", &PtxArithmetic.Vector<float, Multiply<float>>);
        set.Define("mul.f64 mul.rn.f64", "888", &PtxArithmetic.Vector<double, Multiply<double>>);
        set.Define("fma.rn.f32", "4444", &PtxArithmetic.FusedMultiplyAdd<float>);
        set.Define("fma.rn.f64", "8888", &PtxArithmetic.FusedMultiplyAdd<double>);
        set.Define("div.rn.f32", "444", &PtxArithmetic.Vector<float, Divide<float>>);
        set.Define("div.rn.f64", "888", &PtxArithmetic.Vector<double, Divide<double>>);
        set.Define("min.f32", "444", &PtxArithmetic.Vector<float, SmallerNumber<float>>);
        set.Define("min.f64", "888", &PtxArithmetic.Vector<double, SmallerNumber<double>>);
        set.Define("max.f32", "444", &PtxArithmetic.Vector<float, LargerNumber<float>>);
        set.Define("max.f64", "888", &PtxArithmetic.Vector<double, LargerNumber<double>>);
        set.Define("neg.f32", "44", &PtxArithmetic.Lane<float, float, Negate>);
        set.Define("neg.f64", "88", &PtxArithmetic.Lane<double, double, Negate>);
        set.Define("abs.f32", "44", &PtxArithmetic.Lane<float, float, Absolute>);
        set.Define("abs.f64", "88", &PtxArithmetic.Lane<double, double, Absolute>);
        set.Define("sqrt.rn.f32", "44", &PtxArithmetic.Lane<float, float, SquareRoot>);
        set.Define("sqrt.rn.f64", "88", &PtxArithmetic.Lane<double, double, SquareRoot>);
        set.Define("rcp.rn.f32", "44", &PtxArithmetic.Lane<float, float, Reciprocal>);
        set.Define("rcp.rn.f64", "88", &PtxArithmetic.Lane<double, double, Reciprocal>);
    }

    private static void AddConversions(Dictionary<string, PtxOperation> set)
    {
        set.Define("cvt.s64.s32 cvt.u64.s32", "84", &PtxArithmetic.Lane<int, long, Resize>);
        set.Define("cvt.u64.u32 cvt.s64.u32", "84", &PtxArithmetic.Lane<uint, ulong, Resize>);
        set.Define("cvt.u32.u64 cvt.s32.s64 cvt.u32.s64 cvt.s32.u64", "48", &PtxArithmetic.Lane<ulong, uint, Resize>);
        set.Define("cvt.rn.f32.s32", "44", &PtxArithmetic.Lane<int, float, ToFloat>);
        set.Define("cvt.rn.f32.u32", "44", &PtxArithmetic.Lane<uint, float, ToFloat>);
        set.Define("cvt.rn.f32.s64", "48", &PtxArithmetic.Lane<long, float, ToFloat>);
        set.Define("cvt.rn.f32.u64", "48", &PtxArithmetic.Lane<ulong, float, ToFloat>);
        set.Define("cvt.rn.f32.f64", "48", &PtxArithmetic.Lane<double, float, ToFloat>);
        set.Define("cvt.rn.f64.s32", "84", &PtxArithmetic.Lane<int, double, ToDouble>);
        set.Define("cvt.rn.f64.u32", "84", &PtxArithmetic.Lane<uint, double, ToDouble>);
        set.Define("cvt.rn.f64.s64", "88", &PtxArithmetic.Lane<long, double, ToDouble>);
        set.Define("cvt.rn.f64.u64", "88", &PtxArithmetic.Lane<ulong, double, ToDouble>);
        set.Define("cvt.f64.f32", "84", &PtxArithmetic.Lane<float, double, ToDouble>);
        set.Define("cvt.rzi.s32.f32", "44", &PtxArithmetic.Lane<float, int, Truncate>);
        set.Define("cvt.rzi.u32.f32", "44", &PtxArithmetic.Lane<float, uint, Truncate>);
        set.Define("cvt.rzi.s64.f32", "84", &PtxArithmetic.Lane<float, long, Truncate>);
        set.Define("cvt.rzi.s32.f64", "48", &PtxArithmetic.Lane<double, int, Truncate>);
        set.Define("cvt.rzi.u32.f64", "48", &PtxArithmetic.Lane<double, uint, Truncate>);
        set.Define("cvt.rzi.s64.f64", "88", &PtxArithmetic.Lane<double, long, Truncate>);
        set.Define("cvt.rna.tf32.f32", "44", &PtxArithmetic.Lane<float, uint, ToTf32>);
    }

    // Of memory the shape is that of one element; the elements and the address are read by PtxProgram.
    private static void AddMemory(Dictionary<string, PtxOperation> set)
    {
        foreach (string type in (string[])["b32", "u32", "s32", "f32"])
        {
            AddMemory<uint>(set, type, "4");
        }

        foreach (string type in (string[])["b64", "u64", "s64", "f64"])
        {
            AddMemory<ulong>(set, type, "8");
        }

        // As ILGPU 1.5.3 writes them. The value before if anybody wants it, and what is added; the address comes last.
        set.Define("atom.add.global.u32 atom.add.global.s32", "44", &PtxMemory.AddInGlobal<uint>);
        set.Define("atom.add.global.u64 atom.add.global.s64", "88", &PtxMemory.AddInGlobal<ulong>);
        set.Define("red.add.global.u32 red.add.global.s32", "4", &PtxMemory.AddToGlobal<uint>);
        set.Define("red.add.global.u64 red.add.global.s64", "8", &PtxMemory.AddToGlobal<ulong>);
        set.Define("membar.cta membar.gl membar.sys", "", &PtxMemory.Fence);
    }

    private static void AddMemory<T>(Dictionary<string, PtxOperation> set, string type, string shape)
        where T : unmanaged
    {
        set.Define($"ld.param.{type}", shape, &PtxMemory.LoadParameter<T>);
        DefineVectors(set, "ld.global", type, shape, &PtxMemory.Global<T, PtxLoad>);
        DefineVectors(set, "st.global", type, shape, &PtxMemory.Global<T, PtxStore>);
        DefineVectors(set, "ld.shared", type, shape, &PtxMemory.Shared<T, PtxLoad>);
        DefineVectors(set, "st.shared", type, shape, &PtxMemory.Shared<T, PtxStore>);
        DefineVectors(set, "ld.local", type, shape, &PtxMemory.Local<T, PtxLoad>);
        DefineVectors(set, "st.local", type, shape, &PtxMemory.Local<T, PtxStore>);
    }

    // Where to, where from, bytes that are read; the addresses are read by PtxProgram.
    private static void AddCopies(Dictionary<string, PtxOperation> set)
    {
        set.Define($"{PtxCopies.Name}.ca.shared.global {PtxCopies.Name}.cg.shared.global", "884", &PtxCopies.Start);
        set.Define("cp.async.commit_group", "", &PtxCopies.Commit);
        set.Define("cp.async.wait_group", "4", &PtxCopies.Wait);
        set.Define("cp.async.wait_all", "", &PtxCopies.WaitForAll);
    }

    private static void DefineVectors(
        Dictionary<string, PtxOperation> set, string what, string type, string shape,
        delegate*<PtxWarp*, PtxInstruction*, void> body) =>
        set.Define($"{what}.{type} {what}.v2.{type} {what}.v4.{type}", shape, body);

    private static void AddWarps(Dictionary<string, PtxOperation> set)
    {
        set.Define("bar.warp.sync", "4", &PtxWarpOperations.Synchronize);
        set.Define("shfl.sync.up.b32", "44444", &PtxWarpOperations.ShuffleUp);
        set.Define("shfl.sync.down.b32", "44444", &PtxWarpOperations.ShuffleDown);
        set.Define("shfl.sync.bfly.b32", "44444", &PtxWarpOperations.ShuffleButterfly);
        set.Define("shfl.sync.idx.b32", "44444", &PtxWarpOperations.ShuffleIndex);
        set.Define(
            "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", "44444444444444", &PtxWarpOperations.TensorProduct);
    }
}
