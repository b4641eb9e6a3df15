// When a warp could issue what it executes, if it had its multiprocessor for itself: one instruction a cycle, an
// instruction waits for its operands, a block for the one before it; within a block order is left to the assembler.
// (ptxas 11.8 unrolls none of the kernels' loops: the loop of mat-mul.naive has one FFMA in its machine code.) What the
// assembler takes out of loops, a pure instruction whose operands are the same values as when the warp last executed
// it, costs nothing; it is recognised by a number for each value.
namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>The dependences of one launch, warp by warp and group by group.</summary>
internal sealed class PtxSchedule
{
    private const int MostReads = 10;

    // Instructions of a block by when their operands are there: 8 cycles a place, what comes later in the last.
    private const int PlaceCycles = 8;
    private const int Places = 128;

    private readonly PtxProgram program;
    private readonly PtxFacts facts;
    private readonly PtxLatencies latencies;
    private readonly WarpState[] warps;
    private readonly long[] issued = new long[(int)PtxPipe.Control + 1];
    private readonly long[] slotsAt = new long[Places];
    private long values;
    private int group;

    public PtxSchedule(PtxProgram program, PtxFacts facts, PtxLatencies latencies, int warps)
    {
        this.program = program;
        this.facts = facts;
        this.latencies = latencies;
        this.warps = [.. Enumerable.Range(0, warps).Select(_ => new WarpState(facts))];
        MemoryLatency = new int[program.Instructions.Length];
    }

    /// <summary>Of each access how long its last execution took, in cycles; set before the block ends.</summary>
    public int[] MemoryLatency { get; }

    /// <summary>Cycles from a group's start to its end, added up over the groups.</summary>
    public long ChainCycles { get; private set; }

    /// <summary>Machine instructions of warps that a pipe takes.</summary>
    public long Issued(PtxPipe pipe) => issued[(int)pipe];

    /// <summary>A group begins.</summary>
    public void BeginGroup()
    {
        group++;
        foreach (WarpState warp in warps)
        {
            Array.Clear(warp.Ready);
            warp.Time = 0;
            warp.Copied = 0;
            warp.Copies.Clear();
            for (int register = 0; register < warp.Value.Length; register++)
            {
                warp.Value[register] = -1 - register;
            }
        }
    }

    /// <summary>All warps wait for the last.</summary>
    public void Barrier()
    {
        long last = warps.Max(warp => warp.Time) + PtxLatencies.Barrier;
        foreach (WarpState warp in warps)
        {
            warp.Time = last;
        }
    }

    /// <summary>The group has ended.</summary>
    public void EndGroup() => ChainCycles += warps.Max(warp => Math.Max(warp.Time, warp.Ready.Max()));

    /// <summary>A warp has executed a block.</summary>
    public void Block(int number, int block)
    {
        WarpState warp = warps[number];
        PtxBlock code = program.Blocks[block];
        long start = warp.Time;
        long slots = 0, latest = start;
        for (int i = code.First; i < code.First + code.Count; i++)
        {
            PtxInstructionFacts one = facts.Instructions[i];
            (long at, bool isSame) = Operands(warp, one, i, start);
            if (isSame || one.Opcode.Issue == 0)
            {
                Pass(warp, one, i, at, isSame);
                continue;
            }

            slots += one.Opcode.Issue;
            issued[(int)one.Opcode.Pipe] += one.Opcode.Issue;
            slotsAt[Math.Min(Places - 1, (at - start) / PlaceCycles)] += one.Opcode.Issue;
            latest = Math.Max(latest, at);
            long done = at + LatencyOf(one, i);
            if (one.Opcode.Class == PtxClass.AsyncCopy)
            {
                warp.Copied = Math.Max(warp.Copied, done);
            }

            if (one.Commits)
            {
                warp.Copies.Enqueue(warp.Copied);
            }

            // What a block does behind such a wait is mostly to reach the barrier.
            while (warp.Copies.Count > one.Waits)
            {
                latest = Math.Max(latest, warp.Copies.Dequeue());
            }

            warp.Result[i] = ++values;
            foreach (int register in one.Writes)
            {
                warp.Ready[register] = done;
                warp.Value[register] = one.Writes.Length == 1 ? values : ++values;
            }
        }

        if (code.End is PtxEnd.Branch or PtxEnd.Table)
        {
            latest = Math.Max(latest, warp.Ready[code.Register / PtxFacts.SlotBytes]);
        }

        if (code.End != PtxEnd.Jump)
        {
            slots++;
            issued[(int)PtxPipe.Control]++;
        }

        warp.Time = Math.Max(Issued(start, latest), start + slots);
    }

    /// <summary>
    /// When the last instruction of a block is issued: from each moment on, one a cycle of those whose operands come
    /// then or later.
    /// </summary>
    private long Issued(long start, long latest)
    {
        long last = latest + 1, left = 0;
        int first = (int)Math.Min(Places - 1, (latest - start) / PlaceCycles);
        for (int place = first; place >= 0; place--)
        {
            left += slotsAt[place];
            slotsAt[place] = 0;
            last = Math.Max(last, start + (place * PlaceCycles) + left);
        }

        return last;
    }

    /// <summary>When the operands are there, and whether they are the values of the last time.</summary>
    private (long At, bool IsSame) Operands(WarpState warp, PtxInstructionFacts one, int index, long start)
    {
        bool isSame = one.IsPure && warp.Group[index] == group;
        warp.Group[index] = group;
        long at = start;
        for (int i = 0; i < one.Reads.Length; i++)
        {
            int register = one.Reads[i];
            at = Math.Max(at, warp.Ready[register]);
            ref long before = ref warp.Operands[(index * MostReads) + i];
            if (before != warp.Value[register])
            {
                before = warp.Value[register];
                isSame = false;
            }
        }

        return (at, isSame);
    }

    /// <summary>
    /// What costs nothing: copies, arguments, products that their sum takes along, what loops repeat.
    /// </summary>
    private void Pass(WarpState warp, PtxInstructionFacts one, int index, long at, bool isSame)
    {
        if (!isSame)
        {
            bool isCopy = one.Opcode.Class == PtxClass.Move && one.Reads.Length == 1;
            warp.Result[index] = isCopy ? warp.Value[one.Reads[0]] : ++values;
        }

        foreach (int register in one.Writes)
        {
            warp.Value[register] = warp.Result[index];
            warp.Ready[register] = at;
        }
    }

    private int LatencyOf(PtxInstructionFacts one, int index) => one.Opcode.Pipe switch
    {
        PtxPipe.Memory => MemoryLatency[index] > 0 ? MemoryLatency[index] : latencies.Shared,
        PtxPipe.Tensor => PtxLatencies.Tensor,
        PtxPipe.Double => 2 * latencies.Arithmetic * one.Opcode.Issue,
        _ => latencies.Arithmetic * one.Opcode.Issue,
    };

    private sealed class WarpState(PtxFacts facts)
    {
        public long[] Ready { get; } = new long[facts.Registers];

        public long[] Value { get; } = new long[facts.Registers];

        public long[] Operands { get; } = new long[facts.Instructions.Count * MostReads];

        public long[] Result { get; } = new long[facts.Instructions.Count];

        public int[] Group { get; } = new int[facts.Instructions.Count];

        /// <summary>When all asynchronous copies so far have landed, and those of each group not waited for.</summary>
        public long Copied { get; set; }

        /// <inheritdoc cref="Copied"/>
        public Queue<long> Copies { get; } = [];

        /// <summary>When all that was executed could have been issued.</summary>
        public long Time { get; set; }
    }
}
