// Executes the PTX of a kernel on this machine's processor, as an NVIDIA GPU would: groups one after another, of a
// group the warps in turns from barrier to barrier, of a warp 32 lanes in step. Lanes that take different branches go
// their ways one after the other and meet again at the branch's post-dominator, as on hardware with a stack of masks
// (Fung, Sham, Yuan, Aamodt, "Dynamic Warp Formation and Scheduling for Efficient GPU Control Flow", 2007).
//
// Products and sums are rounded one by one, as the text says; NVIDIA's assembler may contract them. What hardware lets
// pass is an error here: an access outside the view that its address was computed from, one that is not aligned, shared
// or local memory that is read before it was written, a race in shared memory, shared memory that is used while an
// asynchronous copy is about to write it, a barrier or a shuffle that not all threads reach.
using System.Numerics;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Ptx.Counting;

namespace NativeCnn.Engine.Ptx;

/// <summary>Runs kernels for one device. Not safe for use by several threads at once.</summary>
internal sealed unsafe class PtxMachine : IDisposable
{
    private const int Align = 64;
    private const string NotReached = "has a barrier that not all threads reach";

    private readonly List<PtxStackEntry>[] stacks = [.. Enumerable.Range(0, 32).Select(_ => new List<PtxStackEntry>())];
    private readonly PtxCopies copies = new();
    private readonly PtxGroup* group = (PtxGroup*)NativeMemory.AllocZeroed((nuint)sizeof(PtxGroup));
    private readonly Dictionary<string, (nint Memory, nuint Bytes)> pools = new(StringComparer.Ordinal);

    /// <summary>
    /// Runs the last group first: a GPU promises no order, so no result may depend on which group ends a launch.
    /// </summary>
    public bool RunsBackwards { get; set; }

    /// <summary>Runs a grid to its end.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="config">Groups, and threads of a group.</param>
    /// <param name="arguments">Its struct of arguments.</param>
    /// <exception cref="KernelFaultException">The kernel did what is an error here.</exception>
    public void Launch(PtxKernel kernel, KernelConfig config, object arguments)
    {
        PtxProgram program = kernel.Program;
        int threads = (int)config.GroupDim.Size;
        if (program.MostThreads > 0 && threads > program.MostThreads)
        {
            throw new KernelFaultException(
                $"kernel {kernel.Kernel.Name} is made for groups of {program.MostThreads} threads, not {threads}");
        }

        if (Census is { Mode: not PtxCensusMode.Run } census)
        {
            census.Launched.Add(kernel);
            if (census.Mode == PtxCensusMode.List)
            {
                return;
            }
        }

        int count = (threads + PtxWarp.Lanes - 1) / PtxWarp.Lanes;
        Prepare(kernel, arguments);
        PtxWarp* warps = PrepareWarps(program, config, threads, count);
        if (Census is { Mode: PtxCensusMode.Count } counting)
        {
            Count(counting, kernel, config, warps, count);
            return;
        }

        try
        {
            fixed (PtxInstruction* code = program.Instructions)
            {
                long groups = config.GridDim.Size;
                for (long i = 0; i < groups; i++)
                {
                    long one = RunsBackwards ? groups - 1 - i : i;
                    (long rest, int x) = ((one / config.GridDim.X), (int)(one % config.GridDim.X));
                    RunGroup(
                        program, code, warps, count,
                        (x, (int)(rest % config.GridDim.Y), (int)(rest / config.GridDim.Y)));
                }
            }
        }
        catch (PtxFault fault)
        {
            throw new KernelFaultException(Describe(kernel, fault), fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((nint memory, _) in pools.Values)
        {
            NativeMemory.AlignedFree((void*)memory);
        }

        pools.Clear();
        NativeMemory.Free(group);
        copies.Dispose();
    }

    /// <summary>Counts what is executed; null where nobody counts, which costs nothing.</summary>
    public PtxCensus? Census { get; set; }

    private void Count(PtxCensus census, PtxKernel kernel, KernelConfig config, PtxWarp* warps, int count)
    {
        (long x, long y) = (config.GridDim.X, config.GridDim.Y);
        long groups = x * y * config.GridDim.Z;
        int threads = (int)config.GroupDim.Size;
        var counter = new PtxCounter(kernel, count, census.Latencies, census.CachedSectors(kernel, threads));
        try
        {
            fixed (PtxInstruction* code = kernel.Program.Instructions)
            {
                foreach (long group in census.GroupsOf(groups, counter))
                {
                    (int, int, int) place = ((int)(group % x), (int)(group / x % y), (int)(group / x / y));
                    RunGroup(kernel.Program, code, warps, count, place, new PtxCountingWatch(counter));
                }
            }
        }
        catch (PtxFault fault)
        {
            throw new KernelFaultException(Describe(kernel, fault), fault);
        }

        census.Counts.Add(counter.Result(kernel, groups, threads));
    }

    private static string Describe(PtxKernel kernel, PtxFault fault)
    {
        string what = fault.Message;
        string text = kernel.Program.Line(fault.Line);
        if (fault is PtxAccessFault access)
        {
            bool isGlobal = access.IsGlobal ?? text.Contains(".global.", StringComparison.Ordinal);
            bool isShared = text.Contains(".shared.", StringComparison.Ordinal);
            string name = isGlobal
                ? kernel.Arguments.NameOf(access.Array)
                : kernel.Program.NameOf(access.Array, isShared);
            what = access.Describe(name);
        }

        return
            $"kernel {kernel.Kernel.Name} {what}; in {kernel.Kernel.MethodName}, line {fault.Line} of its PTX: {text}";
    }

    private void Prepare(PtxKernel kernel, object arguments)
    {
        PtxProgram program = kernel.Program;
        group->Parameters = Take("parameters", program.ParameterBytes);
        group->ParameterBytes = program.ParameterBytes;
        group->Global.Arrays = (PtxArray*)Take("views", kernel.Arguments.Views * sizeof(PtxArray));
        group->Global.Count = kernel.Arguments.Views;
        kernel.Arguments.Write(arguments, group->Parameters, group->Global.Arrays);

        group->SharedMemory = Take("shared", program.SharedBytes);
        group->SharedUse = (PtxSharedWord*)Take("use", program.SharedBytes / sizeof(uint) * sizeof(PtxSharedWord));
        group->Shared.Arrays = (PtxArray*)Take("shared arrays", program.SharedArrays.Count * sizeof(PtxArray));
        group->Shared.Count = program.SharedArrays.Count;
        for (int i = 0; i < program.SharedArrays.Count; i++)
        {
            PtxArray array = program.SharedArrays[i];
            group->Shared.Arrays[i] = array with { Start = (long)group->SharedMemory + array.Start };
        }

        group->Copies = copies.Handle;
        group->LocalBytes = program.LocalBytes;
        group->Local.Arrays = (PtxArray*)Take("local arrays", program.LocalArrays.Count * sizeof(PtxArray));
        group->Local.Count = program.LocalArrays.Count;
        for (int i = 0; i < program.LocalArrays.Count; i++)
        {
            group->Local.Arrays[i] = program.LocalArrays[i];
        }
    }

    private PtxWarp* PrepareWarps(PtxProgram program, KernelConfig config, int threads, int count)
    {
        var warps = (PtxWarp*)Take("warps", count * sizeof(PtxWarp));
        int registerBytes = (program.RegisterBytes + Align - 1) / Align * Align;
        byte* registers = Take("registers", registerBytes * count);
        byte* local = Take("local", program.LocalBytes * PtxWarp.Lanes * count);
        byte* written = Take("written", program.LocalBytes / sizeof(uint) * PtxWarp.Lanes * count);
        for (int w = 0; w < count; w++)
        {
            PtxWarp* warp = warps + w;
            *warp = default;
            warp->Group = group;
            warp->Index = w;
            warp->Registers = registers + ((long)w * registerBytes);
            warp->Local = local + ((long)w * program.LocalBytes * PtxWarp.Lanes);
            warp->LocalWritten = (bool*)(written + ((long)w * program.LocalBytes / sizeof(uint) * PtxWarp.Lanes));
            int lanes = Math.Min(PtxWarp.Lanes, threads - (w * PtxWarp.Lanes));
            warp->Present = lanes == PtxWarp.Lanes ? PtxWarp.All : (1u << lanes) - 1;
            foreach ((int slot, ulong bits, char shape) in program.Constants)
            {
                if (shape == '8')
                {
                    new Span<ulong>(warp->Registers + slot, PtxWarp.Lanes).Fill(bits);
                }
                else
                {
                    new Span<uint>(warp->Registers + slot, shape == 'p' ? 1 : PtxWarp.Lanes).Fill((uint)bits);
                }
            }

            foreach ((string name, int slot) in program.Specials)
            {
                var lane = new Span<int>(warp->Registers + slot, PtxWarp.Lanes);
                for (int i = 0; i < PtxWarp.Lanes; i++)
                {
                    int thread = (w * PtxWarp.Lanes) + i;
                    lane[i] = name switch
                    {
                        "%tid.x" => thread % config.GroupDim.X,
                        "%tid.y" => thread / config.GroupDim.X % config.GroupDim.Y,
                        "%tid.z" => thread / (config.GroupDim.X * config.GroupDim.Y),
                        "%ntid.x" => config.GroupDim.X,
                        "%ntid.y" => config.GroupDim.Y,
                        "%ntid.z" => config.GroupDim.Z,
                        "%nctaid.x" => config.GridDim.X,
                        "%nctaid.y" => config.GridDim.Y,
                        "%nctaid.z" => config.GridDim.Z,
                        _ => i, // %laneid; %ctaid is set for each group.
                    };
                }
            }
        }

        return warps;
    }

    private void RunGroup(
        PtxProgram program, PtxInstruction* code, PtxWarp* warps, int count, (int X, int Y, int Z) place) =>
        RunGroup(program, code, warps, count, place, default(PtxNoWatch));

    private void RunGroup<TWatch>(
        PtxProgram program, PtxInstruction* code, PtxWarp* warps, int count, (int X, int Y, int Z) place, TWatch watch)
        where TWatch : struct, IPtxWatch
    {
        watch.BeginGroup();
        group->FirstEpoch = ++group->Epoch;
        copies.BeginGroup(count * PtxWarp.Lanes);
        for (int w = 0; w < count; w++)
        {
            SetPlace(program, warps + w, "%ctaid.x", place.X);
            SetPlace(program, warps + w, "%ctaid.y", place.Y);
            SetPlace(program, warps + w, "%ctaid.z", place.Z);
            new Span<bool>(warps[w].LocalWritten, program.LocalBytes / sizeof(uint) * PtxWarp.Lanes).Clear();
            stacks[w].Clear();
            stacks[w].Add(new PtxStackEntry(0, warps[w].Present, PtxBlock.Exit));
        }

        while (true)
        {
            int waiting = 0, waitsAt = 0;
            for (int w = 0; w < count; w++)
            {
                int line = RunWarp(program, code, warps + w, stacks[w], watch);
                if (line != 0 && waiting++ > 0 && line != waitsAt)
                {
                    throw new PtxFault(line, $"{NotReached}: warp {w} is here, another in line {waitsAt}");
                }

                waitsAt = line != 0 ? line : waitsAt;
            }

            if (waiting == 0)
            {
                watch.EndGroup();
                return;
            }

            if (waiting < count)
            {
                throw new PtxFault(waitsAt, $"{NotReached}: {count - waiting} of {count} warps have ended");
            }

            group->Epoch++;
            watch.Barrier();
        }
    }

    private static void SetPlace(PtxProgram program, PtxWarp* warp, string name, int place)
    {
        if (program.Specials.TryGetValue(name, out int slot))
        {
            new Span<int>(warp->Registers + slot, PtxWarp.Lanes).Fill(place);
        }
    }

    /// <summary>Runs a warp to its next barrier, whose line it gives, or to its end, which is 0.</summary>
    private static int RunWarp<TWatch>(
        PtxProgram program, PtxInstruction* code, PtxWarp* warp, List<PtxStackEntry> stack, TWatch watch)
        where TWatch : struct, IPtxWatch
    {
        while (stack.Count > 0)
        {
            PtxStackEntry top = stack[^1];
            if (top.Block == top.Reconvergence)
            {
                stack.RemoveAt(stack.Count - 1);
                continue;
            }

            PtxBlock block = program.Blocks[top.Block];
            warp->Activate(top.Lanes);
            PtxInstruction* end = code + block.First + block.Count;
            for (PtxInstruction* one = code + block.First; one < end; one++)
            {
                watch.Instruction(warp, one, (int)(one - code));
                one->Body(warp, one);
            }

            switch (block.End)
            {
                case PtxEnd.Jump:
                    stack[^1] = top with { Block = block.Targets[0] };
                    watch.EndBlock(warp, top.Block, false);
                    break;
                case PtxEnd.Branch:
                    uint holds = *(uint*)(warp->Registers + block.Register);
                    uint taken = (block.Negated ? ~holds : holds) & top.Lanes;
                    Part(stack, block, taken, 0, top.Lanes & ~taken, 1);
                    watch.EndBlock(warp, top.Block, taken != 0 && taken != top.Lanes);
                    break;
                case PtxEnd.Table:
                    PartByTable(stack, block, (uint*)(warp->Registers + block.Register));
                    watch.EndBlock(warp, top.Block, stack[^1].Lanes != top.Lanes);
                    break;
                case PtxEnd.Barrier:
                    if (top.Lanes != warp->Present)
                    {
                        int missing = BitOperations.TrailingZeroCount(warp->Present & ~top.Lanes);
                        throw new PtxFault(
                            block.Line, $"{NotReached}: thread {(warp->Index * PtxWarp.Lanes) + missing} does not");
                    }

                    stack[^1] = top with { Block = block.Targets[0] };
                    watch.EndBlock(warp, top.Block, false);
                    return block.Line;
                default:
                    stack.RemoveAt(stack.Count - 1);
                    watch.EndBlock(warp, top.Block, false);
                    break;
            }
        }

        return 0;
    }

    /// <summary>Sends some lanes one way and some another; they meet again where the block says.</summary>
    private static void Part(
        List<PtxStackEntry> stack, PtxBlock block, uint one, int target, uint other, int otherTarget)
    {
        PtxStackEntry top = stack[^1];
        if (one == 0 || other == 0)
        {
            stack[^1] = top with { Block = block.Targets[other == 0 ? target : otherTarget] };
            return;
        }

        stack[^1] = top with { Block = block.Reconvergence };
        if (top.Reconvergence == block.Reconvergence)
        {
            stack.RemoveAt(stack.Count - 1); // Else a loop that lanes leave one by one would pile them up.
        }

        stack.Add(new PtxStackEntry(block.Targets[otherTarget], other, block.Reconvergence));
        stack.Add(new PtxStackEntry(block.Targets[target], one, block.Reconvergence));
    }

    private static void PartByTable(List<PtxStackEntry> stack, PtxBlock block, uint* chosen)
    {
        PtxStackEntry top = stack[^1];
        uint left = top.Lanes;
        stack[^1] = top with { Block = block.Reconvergence };
        for (uint target = 0; left != 0; target++)
        {
            uint lanes = 0;
            for (uint open = left; open != 0; open &= open - 1)
            {
                int lane = BitOperations.TrailingZeroCount(open);
                if (chosen[lane] >= block.Targets.Length)
                {
                    throw new PtxFault(block.Line, $"branches to target {chosen[lane]} of {block.Targets.Length}");
                }

                lanes |= chosen[lane] == target ? 1u << lane : 0;
            }

            if (lanes != 0)
            {
                stack.Add(new PtxStackEntry(block.Targets[target], lanes, block.Reconvergence));
            }

            left &= ~lanes;
        }
    }

    /// <summary>Memory that launches share; it is zero when it is new, and else as the last launch left it.</summary>
    private byte* Take(string name, int bytes)
    {
        if (!pools.TryGetValue(name, out (nint Memory, nuint Bytes) pool) || pool.Bytes < (nuint)bytes)
        {
            NativeMemory.AlignedFree((void*)pool.Memory);
            nuint size = (nuint)Math.Max(bytes, Align);
            pool = ((nint)NativeMemory.AlignedAlloc(size, Align), size);
            NativeMemory.Clear((void*)pool.Memory, size);
            pools[name] = pool;
        }

        return (byte*)pool.Memory;
    }
}
