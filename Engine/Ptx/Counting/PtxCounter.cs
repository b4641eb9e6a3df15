namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>Counts what the groups of one launch execute. For one thread at a time.</summary>
internal sealed unsafe class PtxCounter
{
    private readonly PtxProgram program;
    private readonly PtxFacts facts;
    private readonly PtxLatencies latencies;
    private readonly PtxSchedule schedule;
    private readonly PtxFootprint footprint;
    private readonly long[] runs;
    private readonly long[] lanes;
    private readonly long[] parted;
    private readonly PtxRequests[] requests;
    private readonly PtxRequests[] landings;
    private int group;

    /// <summary>A counter for a launch.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="warps">Warps of a group.</param>
    /// <param name="latencies">The cycles that results take.</param>
    /// <param name="cachedSectors">Sectors of a group's part of the first cache.</param>
    public PtxCounter(PtxKernel kernel, int warps, PtxLatencies latencies, long cachedSectors = long.MaxValue)
    {
        footprint = new PtxFootprint(cachedSectors);
        program = kernel.Program;
        facts = PtxFacts.Of(program);
        this.latencies = latencies;
        schedule = new PtxSchedule(program, facts, latencies, warps);
        runs = new long[program.Blocks.Count];
        lanes = new long[program.Blocks.Count];
        parted = new long[program.Blocks.Count];
        requests = new PtxRequests[program.Instructions.Length];
        landings = new PtxRequests[program.Instructions.Length];
    }

    /// <summary>Groups that were counted.</summary>
    public int Groups => group;

    /// <inheritdoc cref="PtxFacts.NeedsAllGroups"/>
    public bool NeedsAllGroups => facts.NeedsAllGroups;

    /// <summary>Instructions that warps executed so far.</summary>
    public long Instructions { get; private set; }

    /// <summary>A group begins.</summary>
    public void BeginGroup()
    {
        group++;
        schedule.BeginGroup();
    }

    /// <summary>All warps of the group wait.</summary>
    public void Barrier() => schedule.Barrier();

    /// <summary>The group has ended.</summary>
    public void EndGroup() => schedule.EndGroup();

    /// <summary>An access is about to be executed; all else is counted by blocks.</summary>
    public void Instruction(PtxWarp* warp, PtxInstruction* one, int index)
    {
        switch (facts.Instructions[index].Opcode.Class)
        {
            case PtxClass.GlobalLoad or PtxClass.GlobalStore:
                Global(warp, one, index);
                break;
            case PtxClass.SharedLoad or PtxClass.SharedStore:
                Shared(warp, one, index);
                break;
            case PtxClass.AsyncCopy:
                Global(warp, one, index);
                Shared(warp, one, index);
                break;
            case PtxClass.Local:
                requests[index].Count++;
                schedule.MemoryLatency[index] = latencies.L1;
                break;
        }
    }

    /// <summary>A warp has executed a block.</summary>
    public void EndBlock(PtxWarp* warp, int block, bool divergent)
    {
        runs[block]++;
        lanes[block] += System.Numerics.BitOperations.PopCount(warp->Active);
        parted[block] += divergent ? 1 : 0;
        Instructions += program.Blocks[block].Count;
        schedule.Block(warp->Index, block);
    }

    /// <summary>What was counted.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="groups">Groups of the launch.</param>
    /// <param name="threads">Threads of a group.</param>
    public PtxLaunchCounts Result(PtxKernel kernel, long groups, int threads) =>
        new(kernel, groups, threads, group, facts)
        {
            Runs = runs,
            Lanes = lanes,
            Parted = parted,
            Requests = requests,
            Landings = landings,
            ReadSectors = footprint.ReadSectors,
            WrittenSectors = footprint.WrittenSectors,
            FetchedSectors = footprint.Fetched,
            ChainCycles = schedule.ChainCycles,
            Issued = [.. Enum.GetValues<PtxPipe>().Select(schedule.Issued)],
        };

    private void Global(PtxWarp* warp, PtxInstruction* one, int index)
    {
        PtxInstructionFacts of = facts.Instructions[index];
        bool isCopy = of.Opcode.Class == PtxClass.AsyncCopy;
        ulong* asked = (ulong*)(warp->Registers + one->Operand[isCopy ? 1 : one->Count]);
        long offset = isCopy ? one->Operand[PtxCopies.SourceOffset] : one->Offset;
        uint* read = (uint*)(warp->Registers + one->Operand[2]); // Of a copy: nothing where there is nothing to read.
        Span<long> addresses = stackalloc long[PtxWarp.Lanes];
        int count = 0;
        for (uint left = warp->Active; left != 0; left &= left - 1)
        {
            int lane = System.Numerics.BitOperations.TrailingZeroCount(left);
            long found = warp->Group->Global.Find(asked[lane] + (ulong)offset, of.AccessBytes);
            if (found >= 0 && (!isCopy || read[lane] > 0))
            {
                addresses[count++] = found;
            }
        }

        bool isStore = of.Opcode.Class == PtxClass.GlobalStore;
        (int sectors, int ideal) = PtxAccess.Sectors(addresses[..count], of.AccessBytes);
        bool known = true;
        long end = long.MinValue;
        foreach (long at in addresses[..count])
        {
            // In ascending order now: what lies in the sector before is noted already.
            if (at + of.AccessBytes > end)
            {
                known &= footprint.Touch(at, of.AccessBytes, isStore, group);
                end = (at + of.AccessBytes + PtxAccess.SectorBytes - 1) / PtxAccess.SectorBytes *
                    PtxAccess.SectorBytes;
            }
        }

        requests[index].Add(sectors, ideal);
        schedule.MemoryLatency[index] = isStore ? 1 : known ? latencies.L1 : latencies.L2;
    }

    private void Shared(PtxWarp* warp, PtxInstruction* one, int index)
    {
        PtxInstructionFacts of = facts.Instructions[index];
        bool isCopy = of.Opcode.Class == PtxClass.AsyncCopy;
        ulong* asked = (ulong*)(warp->Registers + one->Operand[isCopy ? 0 : one->Count]);
        Span<long> offsets = stackalloc long[PtxWarp.Lanes];
        for (int lane = 0; lane < PtxWarp.Lanes; lane++)
        {
            long found = ((warp->Active >> lane) & 1) == 0 ? -1
                : warp->Group->Shared.Find(asked[lane] + (ulong)one->Offset, of.AccessBytes);
            offsets[lane] = found < 0 ? -1 : found - (long)warp->Group->SharedMemory;
        }

        (int turns, int ideal) = PtxAccess.Turns(offsets, of.AccessBytes);
        if (isCopy)
        {
            landings[index].Add(turns, ideal);
            schedule.MemoryLatency[index] += turns;
            return;
        }

        requests[index].Add(turns, ideal);
        schedule.MemoryLatency[index] =
            of.Opcode.Class == PtxClass.SharedStore ? turns : latencies.Shared + turns - ideal;
    }
}
