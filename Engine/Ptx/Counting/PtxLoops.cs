// ptxas unrolls innermost loops by four where nothing in them branches or waits, so that loads of four turns are on
// their way together; ILGPU itself unrolls nothing.
namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>The loops of a program that its assembler unrolls.</summary>
internal sealed class PtxLoops
{
    /// <summary>Turns of a loop that become one.</summary>
    public const int Unrolled = 4;

    private readonly int[] headOf;

    private PtxLoops(int[] headOf) => this.headOf = headOf;

    /// <summary>The block that the loop of a block begins with; -1 where it is in no such loop.</summary>
    public int HeadOf(int block) => headOf[block];

    /// <summary>The loops of a program: blocks from the target of a jump back to the jump, one after another.</summary>
    public static PtxLoops Of(PtxProgram program)
    {
        int[] headOf = new int[program.Blocks.Count];
        Array.Fill(headOf, -1);
        for (int end = 0; end < program.Blocks.Count; end++)
        {
            foreach (int head in program.Blocks[end].Targets.Where(target => target <= end))
            {
                if (IsPlain(program, head, end))
                {
                    Array.Fill(headOf, head, head, end - head + 1);
                }
            }
        }

        return new PtxLoops(headOf);
    }

    private static bool IsPlain(PtxProgram program, int head, int end)
    {
        int branches = 0;
        for (int number = head; number <= end; number++)
        {
            PtxBlock block = program.Blocks[number];
            branches += block.End == PtxEnd.Branch ? 1 : 0;
            if (block.End is PtxEnd.Barrier or PtxEnd.Table or PtxEnd.Return ||
                (number < end && block.Targets.Any(target => target <= number)))
            {
                return false;
            }
        }

        return branches <= 1;
    }
}
