namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>
/// What one launch executed. Counts are of the groups that ran; <see cref="Scale"/> makes them the launch's.
/// </summary>
internal sealed class PtxLaunchCounts(
    PtxKernel kernel, long groups, int threads, long countedGroups, PtxFacts facts)
{
    /// <summary>The kernel.</summary>
    public PtxKernel Kernel => kernel;

    /// <summary>Groups of the launch, and threads of a group.</summary>
    public long Groups => groups;

    /// <inheritdoc cref="Groups"/>
    public int Threads => threads;

    /// <summary>Groups that were executed and counted: all, but of a large launch some.</summary>
    public long CountedGroups => countedGroups;

    /// <summary>Groups of the launch for each that was counted.</summary>
    public double Scale => countedGroups == 0 ? 0 : (double)groups / countedGroups;

    /// <summary>How often warps ran each block, with how many active lanes in all, how often these parted.</summary>
    public required long[] Runs { get; init; }

    /// <inheritdoc cref="Runs"/>
    public required long[] Lanes { get; init; }

    /// <inheritdoc cref="Runs"/>
    public required long[] Parted { get; init; }

    /// <summary>For each instruction its requests, where it is an access.</summary>
    public required PtxRequests[] Requests { get; init; }

    /// <summary>For each asynchronous copy its stores to shared memory; its loads are in the other.</summary>
    public required PtxRequests[] Landings { get; init; }

    /// <summary>Different sectors of 32 bytes that were read, and written; and fetched by the first caches.</summary>
    public required long ReadSectors { get; init; }

    /// <inheritdoc cref="ReadSectors"/>
    public required long WrittenSectors { get; init; }

    /// <inheritdoc cref="ReadSectors"/>
    public required long FetchedSectors { get; init; }

    /// <summary>Cycles of the groups, see <see cref="PtxSchedule"/>, added up.</summary>
    public required long ChainCycles { get; init; }

    /// <summary>Machine instructions of warps, by <see cref="PtxPipe"/>.</summary>
    public required long[] Issued { get; init; }

    /// <summary>Instructions of a class that warps executed; a product and a sum that become one count once.</summary>
    public long Of(PtxClass kind) => Sum(kind, Runs);

    /// <summary>Loads from local memory and stores to it that reach the GPU.</summary>
    public long LocalRequests => facts.HasLocalInRegisters ? 0 : Of(PtxClass.Local);

    /// <summary>The same, a thread at a time.</summary>
    public long LanesOf(PtxClass kind) => Sum(kind, Lanes);

    /// <summary>Instructions of all classes.</summary>
    public long Instructions => Enum.GetValues<PtxClass>().Sum(Of);

    /// <summary>The same, a thread at a time.</summary>
    public long ThreadInstructions => Enum.GetValues<PtxClass>().Sum(LanesOf);

    /// <summary>Branches with two ways or more that warps came to.</summary>
    public long Branches => BlocksThat(Chooses).Sum(block => Runs[block]);

    /// <summary>Those at which the active lanes went different ways.</summary>
    public long DivergentBranches => Parted.Sum();

    /// <summary>Requests of a class; asynchronous copies load from global and store to shared memory.</summary>
    public PtxRequests RequestsOf(PtxClass kind)
    {
        PtxRequests sum = default;
        for (int i = 0; i < Requests.Length; i++)
        {
            PtxClass own = facts.Instructions[i].Opcode.Class;
            bool isCopy = own == PtxClass.AsyncCopy;
            sum += own == kind || (isCopy && kind == PtxClass.GlobalLoad) ? Requests[i]
                : isCopy && kind == PtxClass.SharedStore ? Landings[i]
                : default;
        }

        return sum;
    }

    /// <summary>Each line of the text that holds an instruction, in order.</summary>
    public IEnumerable<PtxLineCounts> Lines()
    {
        PtxProgram program = kernel.Program;
        for (int number = 0; number < program.Blocks.Count; number++)
        {
            PtxBlock block = program.Blocks[number];
            for (int i = block.First; i < block.First + block.Count; i++)
            {
                PtxInstructionFacts one = facts.Instructions[i];
                yield return new PtxLineCounts(
                    program.Instructions[i].Line, one.Opcode.Class, Runs[number], Lanes[number], Requests[i],
                    one.IsContracted, 0);
            }

            if (facts.HasBranch[number])
            {
                yield return new PtxLineCounts(
                    block.Line, block.End == PtxEnd.Barrier ? PtxClass.Barrier : PtxClass.Branch, Runs[number],
                    Lanes[number], default, false, Parted[number]);
            }
        }
    }

    private long Sum(PtxClass kind, long[] ofBlocks)
    {
        long sum = 0;
        for (int number = 0; number < kernel.Program.Blocks.Count; number++)
        {
            PtxBlock block = kernel.Program.Blocks[number];
            int own = 0;
            for (int i = block.First; i < block.First + block.Count; i++)
            {
                own += facts.Instructions[i] is { IsContracted: false } one && one.Opcode.Class == kind ? 1 : 0;
            }

            own += facts.HasBranch[number] &&
                kind == (block.End == PtxEnd.Barrier ? PtxClass.Barrier : PtxClass.Branch) ? 1 : 0;
            sum += own * ofBlocks[number];
        }

        return sum;
    }

    private static bool Chooses(PtxBlock block) => block.End is PtxEnd.Branch or PtxEnd.Table;

    private IEnumerable<int> BlocksThat(Func<PtxBlock, bool> holds) =>
        Enumerable.Range(0, kernel.Program.Blocks.Count).Where(number => holds(kernel.Program.Blocks[number]));
}
