using System.Reflection;
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Ptx;
using NativeCnn.Engine.Ptx.Counting;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Ptx;

/// <summary>What is counted of launches whose counts are known by hand.</summary>
public sealed class PtxCountingTests
{
    private const int Threads = 64;

    // ILGPU 1.5.3 writes for Scale, one thread an element:
    //   ld.param x 5 (two addresses, two lengths, a number) and cvta x 2       5 parameters, 2 moves
    //   mov %tid.x; mov %ctaid.x; mov %ntid.x; mul.lo; add                     3 moves, 2 integer
    //   mul.wide, add.u64 (of Y), mul.wide, add.u64 (of X)                     4 integer
    //   ld.global; mul.f32 and add.f32, which become one; st.global; ret       1 load, 1 fma, 1 store, 1 branch
    // 3 groups of 64 threads are 6 warps; each reads and writes 32 neighbours, 4 sectors.
    [Fact]
    public void Scale_IsCountedAsByHand()
    {
        PtxLaunchCounts counts = Count(nameof(Scale), 3, 192);

        Assert.Equal(3, counts.Groups);
        Assert.Equal(3, counts.CountedGroups);
        AssertClasses(
            counts, 6, (PtxClass.Parameter, 5), (PtxClass.Move, 5), (PtxClass.Integer, 6), (PtxClass.GlobalLoad, 1),
            (PtxClass.Fma, 1), (PtxClass.GlobalStore, 1), (PtxClass.Branch, 1));
        Assert.Equal(new PtxRequests(6, 24, 24), counts.RequestsOf(PtxClass.GlobalLoad));
        Assert.Equal(new PtxRequests(6, 24, 24), counts.RequestsOf(PtxClass.GlobalStore));
        Assert.Equal(192, counts.LanesOf(PtxClass.Fma));
        Assert.Equal((24, 24), (counts.ReadSectors, counts.WrittenSectors));
        Assert.Equal((0, 0), (counts.Branches, counts.DivergentBranches));
    }

    // Sum of a group by a tree over shared memory, 64 threads: 2 warps. By hand:
    //   shared stores   1 a warp for the first value: 2. In the tree, width 32, 16, 8, 4, 2, 1, warp 0 alone: 6.
    //                   8 requests, each of neighbours: 8 turns.
    //   shared loads    2 a store of the tree, at thread and thread + width: 12; and one at the end by warp 0: 13.
    //   barriers        1 before the tree and 1 after each of 6 widths, 2 warps: 14.
    //   branches        width > 0: 7 times, 2 warps; thread < width: 6 times, 2 warps; thread == 0: 2 warps: 28.
    //                   Lanes part where width is 16 to 1 in warp 0, and at thread == 0 in warp 0: 6.
    //   global          1 load a warp, 4 sectors; one store of one lane: 1 sector.
    //   sums            1 add a tree step: 6 of warps, 32 + 16 + 8 + 4 + 2 + 1 = 63 of threads.
    [Fact]
    public void GroupSum_IsCountedAsByHand()
    {
        PtxLaunchCounts counts = Count(nameof(GroupSum), 1, Threads);

        Assert.Equal(new PtxRequests(8, 8, 8), counts.RequestsOf(PtxClass.SharedStore));
        Assert.Equal(new PtxRequests(13, 13, 13), counts.RequestsOf(PtxClass.SharedLoad));
        Assert.Equal(14, counts.Of(PtxClass.Barrier));
        Assert.Equal((28, 6), (counts.Branches, counts.DivergentBranches));
        Assert.Equal(new PtxRequests(2, 8, 8), counts.RequestsOf(PtxClass.GlobalLoad));
        Assert.Equal(new PtxRequests(1, 1, 1), counts.RequestsOf(PtxClass.GlobalStore));
        Assert.Equal((6, 63), (counts.Of(PtxClass.Add), counts.LanesOf(PtxClass.Add)));
        Assert.Equal((0, 0), (counts.Of(PtxClass.Fma), counts.Of(PtxClass.Multiply)));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 8)]
    [InlineData(8, 32)]
    [InlineData(32, 32)]
    public void Reads_AStepApart_TakeTheirSectors(int step, int sectors)
    {
        PtxLaunchCounts counts = Count(nameof(Strided), 1, 32, step);

        Assert.Equal(new PtxRequests(1, sectors, 4), counts.RequestsOf(PtxClass.GlobalLoad));
        Assert.Equal(sectors, counts.ReadSectors);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(32, 32)]
    [InlineData(33, 1)]
    public void SharedReads_AStepApart_ConflictInTheirBanks(int step, int turns)
    {
        PtxLaunchCounts counts = Count(nameof(Banks), 1, 32, step);

        Assert.Equal(new PtxRequests(1, turns, 1), counts.RequestsOf(PtxClass.SharedLoad));
        Assert.Equal(new PtxRequests(1, turns, 1), counts.RequestsOf(PtxClass.SharedStore));
    }

    [Theory]
    [InlineData(0, 0)]  // No lane goes the other way.
    [InlineData(8, 2)]  // 8 lanes of each warp do.
    [InlineData(32, 0)] // All do.
    public void Branch_ThatSomeLanesTake_IsDivergent(int few, int divergent)
    {
        PtxLaunchCounts counts = Count(nameof(Few), 1, Threads, few);

        Assert.Equal((2, divergent), (counts.Branches, counts.DivergentBranches));
        Assert.Equal(2 * few, counts.LanesOf(PtxClass.GlobalStore));
    }

    // 2 warps, each 1 copy of 32 neighbours, 4 sectors and 1 turn, but the second's last 16 lanes read nothing.
    [Fact]
    public void AsynchronousCopies_CountAsLoadsAndAsStores()
    {
        PtxLaunchCounts counts = Count(nameof(Copied), 1, Threads, 48);

        Assert.Equal((2, 0, 0), (
            counts.Of(PtxClass.AsyncCopy), counts.Of(PtxClass.GlobalLoad), counts.Of(PtxClass.SharedStore)));
        Assert.Equal(new PtxRequests(2, 6, 6), counts.RequestsOf(PtxClass.GlobalLoad));
        Assert.Equal(new PtxRequests(2, 2, 2), counts.RequestsOf(PtxClass.SharedStore));
        Assert.Equal(6, counts.ReadSectors);
        Assert.Equal(6, counts.Of(PtxClass.Barrier)); // Commit, wait and barrier.
    }

    // What lies between a copy and its wait goes on beside it: the wait, not the copy, is what costs.
    [Fact]
    public void AsynchronousCopies_AreWaitedForAtTheirWait()
    {
        PtxLaunchCounts early = Count(nameof(Copied), 1, Threads, 64);
        PtxLaunchCounts late = Count(nameof(CopiedUnderWork), 1, Threads, 64);
        PtxLaunchCounts work = Count(nameof(Work), 1, Threads, 64);

        Assert.InRange(early.ChainCycles, PtxLatencies.Hopper.L2, 2 * PtxLatencies.Hopper.L2);
        Assert.InRange(work.ChainCycles, 2 * PtxLatencies.Hopper.L2, long.MaxValue);
        Assert.InRange(late.ChainCycles, work.ChainCycles, work.ChainCycles + (PtxLatencies.Hopper.L2 / 2));
    }

    // Of a * b + c * d one product is taken along and one is not; a product that is used twice is not, nor one that
    // leaves its block.
    [Fact]
    public void Products_AreContracted_WhereASumIsTheirOnlyUse()
    {
        PtxLaunchCounts counts = Count(nameof(Products), 1, 32);

        Assert.Equal(
            (2, 2, 1), (counts.Of(PtxClass.Fma), counts.Of(PtxClass.Multiply), counts.Of(PtxClass.Add)));
    }

    [Fact]
    public void Lines_AddUpToTheCounts()
    {
        PtxLaunchCounts counts = Count(nameof(GroupSum), 1, Threads);

        PtxLineCounts[] lines = [.. counts.Lines()];

        Assert.Equal(counts.Instructions, lines.Where(line => !line.IsContracted).Sum(line => line.Warps));
        Assert.Equal(13, lines.Sum(line => line.Class == PtxClass.SharedLoad ? line.Requests.Taken : 0));
        Assert.Equal(counts.DivergentBranches, lines.Sum(line => line.Parted));
        Assert.All(lines, line => Assert.NotEqual("", counts.Kernel.Program.Line(line.Line)));
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 16)]
    public void LaunchOfManyGroups_IsCountedBySome_WhereItIsLarge(long budget, int counted)
    {
        PtxLaunchCounts all = Count(nameof(Scale), 100, 6400, budget: 0);
        PtxLaunchCounts counts = Count(nameof(Scale), 100, 6400, budget: budget);

        Assert.Equal((100, counted), (counts.Groups, counts.CountedGroups));
        Assert.Equal(all.Instructions, counts.Instructions * counts.Scale, 9);
    }

    [Fact]
    public void Counts_AreTheSame_WithAnyNumberOfWorkers()
    {
        PtxLaunchCounts one = Count(nameof(GroupSum), 5, 5 * Threads, workers: 1);
        PtxLaunchCounts four = Count(nameof(GroupSum), 5, 5 * Threads, workers: 4);

        Assert.Equal(one.Runs, four.Runs);
        Assert.Equal(one.Requests, four.Requests);
        Assert.Equal((one.ChainCycles, one.FetchedSectors), (four.ChainCycles, four.FetchedSectors));
    }

    [Fact]
    public void CountedLaunch_ComputesWhatAnUncountedOneDoes()
    {
        float[] counted = [];
        _ = Count(nameof(GroupSum), 5, 5 * Threads, read: y => counted = y);
        ComputeDevice device = TestDevices.Get("ptx");
        Tensor<float> x = device.Upload<float>(new Shape(5 * Threads), Numbers(5 * Threads));
        Tensor<float> y = device.Allocate<float>(new Shape(5 * Threads));

        device.Load<Args>(GroupSum).Launch(5, Threads, new Args(x.View, y.View, 0));

        Assert.Equal(y.ToArray(), counted);
    }

    private static void AssertClasses(PtxLaunchCounts counts, int warps, params (PtxClass Class, int OfWarp)[] expected)
    {
        Assert.Equal(
            expected.OrderBy(one => one.Class).Select(one => (one.Class, (long)one.OfWarp * warps)),
            Enum.GetValues<PtxClass>().Select(one => (one, counts.Of(one))).Where(one => one.Item2 > 0));
        Assert.Equal(expected.Sum(one => (long)one.OfWarp * warps), counts.Instructions);
    }

    private static float[] Numbers(int length) => [.. Enumerable.Range(0, length).Select(i => (float)(i % 7))];

    private static PtxLaunchCounts Count(
        string kernel, int groups, int length, int number = 0, long budget = 0, int workers = 1,
        Action<float[]>? read = null)
    {
        var census = new PtxCensus(PtxLatencies.Hopper) { Mode = PtxCensusMode.Count, Budget = budget };
        using ComputeDevice device = DeviceCatalog.OpenCounting(census, 132, workers: workers);
        Tensor<float> x = device.Upload<float>(new Shape(Math.Max(length, 2048)), Numbers(Math.Max(length, 2048)));
        Tensor<float> y = device.Allocate<float>(new Shape(length));
        Action<Args> body = typeof(PtxCountingTests).GetMethod(kernel, BindingFlags.Static | BindingFlags.NonPublic)!
            .CreateDelegate<Action<Args>>();
        device.Load(body).Launch(groups, length / groups, new Args(x.View, y.View, number));
        read?.Invoke(y.ToArray());
        return Assert.Single(census.Counts);
    }

    internal static void Scale(Args a)
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        a.Y[i] = (a.X[i] * 2f) + 1f;
    }

    internal static void GroupSum(Args a)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(Threads);
        int thread = Group.IdxX;
        sums[thread] = a.X[(Grid.IdxX * Threads) + thread];
        Group.Barrier();
        for (int width = Threads / 2; width > 0; width /= 2)
        {
            if (thread < width)
            {
                sums[thread] = sums[thread] + sums[thread + width];
            }

            Group.Barrier();
        }

        if (thread == 0)
        {
            a.Y[Grid.IdxX] = sums[0];
        }
    }

    internal static void Strided(Args a) => a.Y[Group.IdxX] = a.X[Group.IdxX * a.Number];

    internal static void Banks(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(32 * 33);
        shared[Group.IdxX * a.Number] = a.X[Group.IdxX];
        a.Y[Group.IdxX] = shared[Group.IdxX * a.Number];
    }

    internal static void Copied(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        AsyncCopy.Start(shared, Group.IdxX, a.X, Group.IdxX, Group.IdxX < a.Number);
        AsyncCopy.Commit();
        AsyncCopy.Wait(0);
        Group.Barrier();
        a.Y[Group.IdxX] = shared[Group.IdxX];
    }

    internal static void CopiedUnderWork(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        AsyncCopy.Start(shared, Group.IdxX, a.X, Group.IdxX, Group.IdxX < a.Number);
        AsyncCopy.Commit();
        float sum = Worked(a);
        AsyncCopy.Wait(0);
        Group.Barrier();
        a.Y[Group.IdxX] = sum + shared[Group.IdxX];
    }

    internal static void Work(Args a) => a.Y[Group.IdxX] = Worked(a);

    private static float Worked(Args a)
    {
        float sum = 1f;
        for (int i = 0; i < a.Number; i++)
        {
            sum = (sum * 3f) + (sum / 7f);
        }

        return sum;
    }

    internal static void Few(Args a)
    {
        if (Group.IdxX % 32 < a.Number)
        {
            a.Y[Group.IdxX] = a.X[Group.IdxX];
        }
    }

    internal static void Products(Args a)
    {
        float x = a.X[Group.IdxX];
        float y = a.X[Group.IdxX + 32];
        float twice = x * 3f;
        float two = (x * 5f) + (y * 7f);     // One fused, one product.
        float again = twice + (twice * two); // One fused; twice is used twice.
        a.Y[Group.IdxX] = again + two;
    }

    internal readonly record struct Args(ArrayView<float> X, ArrayView<float> Y, int Number);
}
