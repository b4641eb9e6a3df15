using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>What counting needs to know of a program: once a program, for all launches.</summary>
internal sealed unsafe partial class PtxFacts
{
    /// <summary>Bytes of a register's smallest slot: registers are numbered by it.</summary>
    public const int SlotBytes = 64;

    private static readonly ConditionalWeakTable<PtxProgram, PtxFacts> Known = [];

    // What inline PTX takes by reference; an array of a kernel's own is larger.
    private const int BytesOfAWord = 16;

    private PtxFacts(PtxProgram program)
    {
        HasLocalInRegisters = program.LocalArrays.All(one => one.Bytes <= BytesOfAWord);
        Instructions = [.. Enumerable.Range(0, program.Instructions.Length).Select(i => Describe(program, i))];
        PtxContraction.Apply(program, Instructions);
        Registers = program.RegisterBytes / SlotBytes;
        HasBranch =
        [
            .. program.Blocks.Select(block => block.Line > 0 && BranchText().IsMatch(program.Line(block.Line))),
        ];
    }

    /// <summary>One for each instruction.</summary>
    public IReadOnlyList<PtxInstructionFacts> Instructions { get; }

    /// <summary>Groups hand something on to each other, so that none may be left out.</summary>
    public bool NeedsAllGroups => Instructions.Any(one => one.Opcode.Class == PtxClass.Atomic);

    /// <summary>
    /// Local memory is of single words alone, such as the operands of inline PTX: ptxas keeps these in registers (0
    /// bytes of stack in kernels.tsv), so that their loads and stores are copies.
    /// </summary>
    public bool HasLocalInRegisters { get; }

    /// <summary>How many registers a warp has.</summary>
    public int Registers { get; }

    /// <summary>For each block whether an instruction ends it: a branch, a barrier or the end.</summary>
    public IReadOnlyList<bool> HasBranch { get; }

    /// <summary>The facts of a program.</summary>
    public static PtxFacts Of(PtxProgram program) => Known.GetValue(program, static one => new PtxFacts(one));

    private PtxInstructionFacts Describe(PtxProgram program, int index)
    {
        PtxInstruction one = program.Instructions[index];
        string name = Name().Match(program.Line(one.Line)).Value;
        PtxOpcode opcode = PtxOpcode.Of(name);
        if (HasLocalInRegisters && opcode.Class == PtxClass.Local)
        {
            opcode = opcode with { Pipe = PtxPipe.None, Issue = 0 };
        }

        string shape = PtxInstructionSet.Find(name)!.Shape;
        bool isAccess = opcode.Class is PtxClass.GlobalLoad or PtxClass.GlobalStore or PtxClass.SharedLoad
            or PtxClass.SharedStore or PtxClass.Local;
        int elements = isAccess || opcode.Class == PtxClass.Parameter ? one.Count : 0;
        bool isStore = isAccess && name[0] == 's';
        bool isReduction = name.StartsWith("red.", StringComparison.Ordinal);
        int written = isStore || isReduction || opcode.Class == PtxClass.Barrier ? 0
            : elements > 0 ? elements
            : opcode.Class == PtxClass.AsyncCopy ? 0
            : opcode.Class == PtxClass.Tensor ? 4
            : 1;
        int operands = isAccess ? elements + 1
            : elements > 0 ? elements
            : opcode.Class == PtxClass.Atomic ? shape.Length + 1 // The address comes last.
            : shape.Length;
        int[] registers = new int[operands];
        for (int i = 0; i < operands; i++)
        {
            registers[i] = one.Operand[i] / SlotBytes;
        }

        return new PtxInstructionFacts
        {
            Name = name,
            Opcode = opcode,
            Writes = registers[..written],
            Reads = registers[written..],
            AccessBytes = isAccess ? elements * (shape[0] - '0') : opcode.Class == PtxClass.AsyncCopy ? one.Count : 0,
            Waits = name == "cp.async.wait_all" ? 0
                : name == "cp.async.wait_group" ? Number(LastNumber().Match(program.Line(one.Line)).Value)
                : null,
            Commits = name == "cp.async.commit_group",
        };
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[^\s{;]+")]
    private static partial Regex Name();

    [GeneratedRegex(@"\d+(?=;?$)")]
    private static partial Regex LastNumber();

    [GeneratedRegex(@"^(@\S+ )?(bra|brx|bar|ret)\b")]
    private static partial Regex BranchText();
}
