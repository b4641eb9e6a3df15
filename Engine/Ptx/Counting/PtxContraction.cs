// ILGPU writes products and sums apart, without a rounding mode, and ptxas contracts them: a product whose only use is
// a sum of the same block becomes one instruction with it, mul.f32 and add.f32 an FFMA, mul.wide and add.u64 an
// IMAD.WIDE. A sum takes one product. Whole numbers are counted as the text has them all the same; what they cost is
// what is left.
namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>Finds the products that a sum takes along.</summary>
internal static class PtxContraction
{
    /// <summary>Marks products and sums that become one.</summary>
    public static void Apply(PtxProgram program, IReadOnlyList<PtxInstructionFacts> facts)
    {
        HashSet<int>[] exposed = [.. program.Blocks.Select(block => Exposed(block, facts))];
        foreach ((PtxBlock block, int number) in program.Blocks.Select((block, number) => (block, number)))
        {
            // Read elsewhere before it is written there: a value may leave the block by it.
            HashSet<int> leaving = [.. exposed.SelectMany(one => one)];
            bool[] isTaken = new bool[block.Count];
            for (int i = 0; i < block.Count; i++)
            {
                PtxInstructionFacts product = facts[block.First + i];
                if (SumOf(product.Name) is { } sums && OnlyUse(block, facts, i, leaving) is { } use && !isTaken[use] &&
                    facts[block.First + use] is { } sum && sums.Contains(sum.Name))
                {
                    isTaken[use] = true;
                    product.IsContracted = product.Opcode.Class == PtxClass.Multiply;
                    product.Opcode = product.Opcode with { Pipe = PtxPipe.None, Issue = 0 };
                    sum.Opcode = sum.Opcode with
                    {
                        Class = sum.Opcode.Class == PtxClass.Add ? PtxClass.Fma : sum.Opcode.Class,
                        Issue = 1,
                    };
                }
            }
        }
    }

    private static string[]? SumOf(string product) => product switch
    {
        "mul.f32" => ["add.f32", "sub.f32"],
        "mul.lo.s32" or "mul.lo.u32" => ["add.s32", "add.u32"],
        "mul.wide.s32" or "mul.wide.u32" => ["add.s64", "add.u64"],
        _ => null,
    };

    /// <summary>The registers that a block reads before it writes them.</summary>
    private static HashSet<int> Exposed(PtxBlock block, IReadOnlyList<PtxInstructionFacts> facts)
    {
        HashSet<int> read = [];
        HashSet<int> written = [];
        for (int i = block.First; i < block.First + block.Count; i++)
        {
            read.UnionWith(facts[i].Reads.Where(register => !written.Contains(register)));
            written.UnionWith(facts[i].Writes);
        }

        if (block.End is PtxEnd.Branch or PtxEnd.Table && !written.Contains(block.Register / PtxFacts.SlotBytes))
        {
            read.Add(block.Register / PtxFacts.SlotBytes);
        }

        return read;
    }

    /// <summary>The one instruction of the block that reads what another writes; null for none or several.</summary>
    private static int? OnlyUse(
        PtxBlock block, IReadOnlyList<PtxInstructionFacts> facts, int product, HashSet<int> leaving)
    {
        int register = facts[block.First + product].Writes[0];
        int? use = null;
        for (int i = product + 1; i < block.Count; i++)
        {
            int reads = facts[block.First + i].Reads.Count(one => one == register);
            if (reads > 1 || (reads == 1 && use is not null))
            {
                return null;
            }

            use = reads == 1 ? i : use;
            if (facts[block.First + i].Writes.Contains(register))
            {
                return use;
            }
        }

        return leaving.Contains(register) ? null : use;
    }
}
