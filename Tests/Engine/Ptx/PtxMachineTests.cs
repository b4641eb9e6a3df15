using System.Reflection;
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Ptx;

/// <summary>What the device <c>ptx</c> finds in kernels that hardware lets pass, and that it computes.</summary>
public sealed class PtxMachineTests
{
    private const int Threads = 64;
    private static readonly float[] Numbers = [.. Enumerable.Range(0, Threads).Select(i => (float)i)];

    public static TheoryData<string, string[]> Faults => new()
    {
        { nameof(Outside), ["reaches outside a view", "thread 8", "of X"] },
        { nameof(Before), ["reaches outside a view", "thread 0", "of X"] },
        { nameof(Race), ["race in shared memory", "thread 1 reads what thread 0 writes"] },
        { nameof(OtherWarpRace), ["race in shared memory", "thread 32 reads what thread 0 writes"] },
        { nameof(Unwritten), ["shared memory that nothing has written"] },
        { nameof(UnwrittenLocal), ["local memory that it has not written"] },
        { nameof(Misaligned), ["not aligned", "16 bytes", "of X"] },
        { nameof(DivergentBarrier), ["barrier that not all threads reach", "thread 16"] },
        { nameof(BarrierOfOneWarp), ["barrier that not all threads reach"] },
        { nameof(InactiveShuffle), ["shuffle that not all threads reach"] },
        { nameof(CopyNotWaitedFor), ["reads shared memory in thread 0", "copy of thread 0", "wait_group"] },
        { nameof(CopyOfTheNewestGroup), ["reads shared memory in thread 0", "copy of thread 0", "wait_group"] },
        { nameof(CopyOfNoGroup), ["reads shared memory in thread 0", "copy of thread 0", "wait_group"] },
        { nameof(CopyOfAnother), ["reads shared memory in thread 0", "copy of thread 63", "wait_group"] },
        { nameof(CopyWithoutBarrier), ["race in shared memory", "thread 1 reads what thread 0 writes"] },
        { nameof(CopyOverWhatIsRead), ["race in shared memory", "thread 1 starts a copy to what thread 0 reads"] },
        { nameof(StoreUnderCopy), ["overwrites shared memory in thread 0", "copy of thread 0", "wait_group"] },
        { nameof(CopyUnderCopy), ["copies in thread 0 to shared memory", "copy of thread 0", "wait_group"] },
        { nameof(MisalignedCopy), ["not aligned", "16 bytes", "of X"] },
        { nameof(CopyFromOutside), ["reaches outside a view", "thread 8", "of X"] },
        { nameof(CopyToOutside), ["reaches outside a view", "thread 32", "of __shared_alloca0"] },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Kernel_ThatDoesWhatIsWrong_IsNamedWithItsLine(string kernel, string[] said)
    {
        ComputeDevice device = TestDevices.Get("ptx");
        Tensor<float> x = device.Upload<float>(new Shape(Threads), Numbers);
        Tensor<float> y = device.Allocate<float>(new Shape(Threads));
        ArrayView<float> few = kernel is nameof(Outside) or nameof(CopyFromOutside) ? x.View.SubView(0, 8) : x.View;
        if (kernel is nameof(Misaligned) or nameof(MisalignedCopy))
        {
            few = x.View.SubView(1, Threads - 1);
        }

        string message = Assert.Throws<KernelFaultException>(
            () => device.Load<Args>(Named(kernel)).Launch(2, Threads, new Args(few, y.View))).Message;

        Assert.Contains($"PtxMachineTests.{kernel}", message, StringComparison.Ordinal);
        Assert.Matches(@"line \d+ of its PTX: (\S+\.\S+)", message);
        Assert.All(said, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Kernel_WithBarriersWhereTheyBelong_IsRight()
    {
        ComputeDevice device = TestDevices.Get("ptx");
        Tensor<float> x = device.Upload<float>(new Shape(Threads), Numbers);
        Tensor<float> y = device.Allocate<float>(new Shape(Threads));

        device.Load<Args>(Reverse).Launch(1, Threads, new Args(x.View, y.View));

        Assert.Equal(Enumerable.Range(0, Threads).Select(i => (float)(Threads - 1 - i)), y.ToArray());
    }

    [Fact]
    public void AtomicAddition_CountsEveryThreadOnce_AndFencesPass()
    {
        ComputeDevice device = TestDevices.Get("ptx");
        Tensor<int> counter = device.Allocate<int>(new Shape(2));
        Tensor<int> before = device.Allocate<int>(new Shape(4 * Threads));

        device.Load<CountArgs>(Count).Launch(4, Threads, new CountArgs(counter.View, before.View));

        Assert.Equal([4 * Threads, 4 * Threads * 3], counter.ToArray());
        Assert.Equal(Enumerable.Range(0, 4 * Threads), before.ToArray().Order());
    }

    [Fact]
    public void AtomicAddition_OutsideAView_IsNamed()
    {
        ComputeDevice device = TestDevices.Get("ptx");
        Tensor<int> counter = device.Allocate<int>(new Shape(2));
        Tensor<int> before = device.Allocate<int>(new Shape(Threads));

        string message = Assert.Throws<KernelFaultException>(() => device.Load<CountArgs>(Count)
            .Launch(1, Threads, new CountArgs(counter.View.SubView(0, 0), before.View))).Message;

        Assert.Contains("reaches outside a view", message, StringComparison.Ordinal);
        Assert.Contains("atom.add", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Group_LargerThanThereAre_IsRefused()
    {
        ComputeDevice device = TestDevices.Get("ptx");
        Tensor<float> x = device.Allocate<float>(new Shape(Threads));

        string message = Assert.Throws<KernelFaultException>(
            () => device.Load<Args>(Reverse).Launch(1, 512, new Args(x.View, x.View))).Message;

        Assert.Contains("groups of 512 threads", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lanes_ThatPart_MeetAgain()
    {
        ComputeDevice device = TestDevices.Get("ptx");
        Tensor<float> x = device.Allocate<float>(new Shape(Threads));
        Tensor<float> y = device.Allocate<float>(new Shape(Threads));

        device.Load<Args>(Collatz).Launch(1, Threads, new Args(x.View, y.View));

        Assert.Equal(Enumerable.Range(1, Threads).Select(Steps), y.ToArray());

        static float Steps(int n)
        {
            int steps = 0;
            for (; n != 1; steps++)
            {
                n = n % 2 == 0 ? n / 2 : (3 * n) + 1;
            }

            return steps;
        }
    }

    // Three buffers, of which two are on their way; the last quarter is filled with zeros.
    [Fact]
    public void AsynchronousCopies_ThatAreWaitedFor_AreThere()
    {
        ComputeDevice device = TestDevices.Get("ptx");
        Tensor<float> x = device.Upload<float>(
            new Shape(8 * Threads), [.. Enumerable.Range(0, 8 * Threads).Select(i => (float)i)]);
        Tensor<float> y = device.Allocate<float>(new Shape(Threads));

        device.Load<Args>(Ring).Launch(2, Threads, new Args(x.View, y.View));

        Assert.Equal(
            Enumerable.Range(0, Threads).Select(i => (6f * (Threads - 1 - i)) + (15 * Threads)), y.ToArray());
    }

    private static Action<Args> Named(string name) =>
        typeof(PtxMachineTests).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!
            .CreateDelegate<Action<Args>>();

    internal static void Outside(Args a) => a.Y[Group.IdxX] = a.X[Group.IdxX];

    internal static void Before(Args a) => a.Y[Group.IdxX] = a.X[Group.IdxX - 1];

    internal static void Race(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        shared[Group.IdxX] = a.X[Group.IdxX];
        a.Y[Group.IdxX] = shared[IntrinsicMath.Max(Group.IdxX - 1, 0)];
    }

    // A warp's own barrier orders no other warp.
    internal static void OtherWarpRace(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        shared[Group.IdxX] = a.X[Group.IdxX];
        Warp.Barrier();
        a.Y[Group.IdxX] = shared[Group.IdxX % 32];
    }

    internal static void Unwritten(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        if (Group.IdxX < 60)
        {
            shared[Group.IdxX] = a.X[Group.IdxX];
        }

        Group.Barrier();
        a.Y[Group.IdxX] = shared[Threads - 1 - Group.IdxX];
    }

    internal static void UnwrittenLocal(Args a)
    {
        ArrayView<float> local = LocalMemory.Allocate<float>(4);
        local[Group.IdxX % 4] = a.X[Group.IdxX];
        a.Y[Group.IdxX] = local[(Group.IdxX + 1) % 4];
    }

    internal static void Misaligned(Args a)
    {
        Float4 four = a.X.Cast<Float4>()[Group.IdxX % 4];
        a.Y[Group.IdxX] = four.X + four.W;
    }

    internal static void DivergentBarrier(Args a)
    {
        if (Group.IdxX < 16)
        {
            Group.Barrier();
            a.Y[Group.IdxX] = a.X[Group.IdxX];
        }
    }

    internal static void BarrierOfOneWarp(Args a)
    {
        if (Group.IdxX < 32)
        {
            Group.Barrier();
            a.Y[Group.IdxX] = a.X[Group.IdxX];
        }
    }

    internal static void InactiveShuffle(Args a)
    {
        if (Group.IdxX % 2 == 0)
        {
            a.Y[Group.IdxX] = Warp.ShuffleXor(a.X[Group.IdxX], 1);
        }
    }

    internal static void CopyNotWaitedFor(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        AsyncCopy.Start(shared, Group.IdxX, a.X, Group.IdxX, true);
        AsyncCopy.Commit();
        Group.Barrier();
        a.Y[Group.IdxX] = shared[Group.IdxX];
    }

    internal static void CopyOfTheNewestGroup(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        AsyncCopy.Start(shared, Group.IdxX, a.X, Group.IdxX, true);
        AsyncCopy.Commit();
        AsyncCopy.Wait(1);
        a.Y[Group.IdxX] = shared[Group.IdxX];
    }

    internal static void CopyOfNoGroup(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        AsyncCopy.Start(shared, Group.IdxX, a.X, Group.IdxX, true);
        AsyncCopy.Wait(0);
        a.Y[Group.IdxX] = shared[Group.IdxX];
    }

    // A wait is for a thread's own copies.
    internal static void CopyOfAnother(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        AsyncCopy.Start(shared, Group.IdxX, a.X, Group.IdxX, true);
        AsyncCopy.Commit();
        if (Group.IdxX < 32)
        {
            AsyncCopy.Wait(0);
        }

        Group.Barrier();
        a.Y[Group.IdxX] = shared[Threads - 1 - Group.IdxX];
    }

    internal static void CopyWithoutBarrier(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        AsyncCopy.Start(shared, Group.IdxX, a.X, Group.IdxX, true);
        AsyncCopy.Commit();
        AsyncCopy.Wait(0);
        a.Y[Group.IdxX] = shared[IntrinsicMath.Max(Group.IdxX - 1, 0)];
    }

    internal static void CopyOverWhatIsRead(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads + 1);
        shared[Group.IdxX] = a.X[Group.IdxX];
        Group.Barrier();
        a.Y[Group.IdxX] = shared[IntrinsicMath.Min(Group.IdxX + 1, Threads - 1)];
        AsyncCopy.Start(shared, Group.IdxX == 0 ? Threads : Group.IdxX, a.X, 0, true);
    }

    internal static void StoreUnderCopy(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        AsyncCopy.Start(shared, Group.IdxX, a.X, Group.IdxX, true);
        shared[Group.IdxX] = 1f;
        a.Y[Group.IdxX] = shared[Group.IdxX];
    }

    internal static void CopyUnderCopy(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        AsyncCopy.Start(shared, Group.IdxX, a.X, Group.IdxX, true);
        AsyncCopy.Start(shared, Group.IdxX, a.X, 0, true);
        AsyncCopy.Commit();
        AsyncCopy.Wait(0);
        a.Y[Group.IdxX] = shared[Group.IdxX];
    }

    internal static void MisalignedCopy(Args a)
    {
        ArrayView<Float4> shared = SharedMemory.Allocate<Float4>(Threads);
        AsyncCopy.Start(shared, Group.IdxX, a.X.Cast<Float4>(), Group.IdxX % 4, true);
        AsyncCopy.Commit();
        AsyncCopy.Wait(0);
        a.Y[Group.IdxX] = shared[Group.IdxX].X;
    }

    internal static void CopyFromOutside(Args a) => CopyNotWaitedFor(a);

    internal static void CopyToOutside(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(32);
        AsyncCopy.Start(shared, Group.IdxX, a.X, Group.IdxX, true);
        AsyncCopy.Commit();
        AsyncCopy.Wait(0);
        a.Y[Group.IdxX] = shared[Group.IdxX % 32];
    }

    internal static void Ring(Args a)
    {
        const int steps = 8;
        ArrayView<float> shared = SharedMemory.Allocate<float>(3 * Threads);
        int thread = Group.IdxX;
        float sum = 0f;
        for (int step = -2; step < steps; step++)
        {
            if (step >= 0)
            {
                AsyncCopy.Wait(1);
                Group.Barrier();
                sum += shared[(step % 3 * Threads) + Threads - 1 - thread];
            }

            int next = step + 2;
            AsyncCopy.Start(shared, (next % 3 * Threads) + thread, a.X, (next * Threads) + thread, next < 6);
            AsyncCopy.Commit();
        }

        a.Y[thread] = sum;
    }

    internal static void Reverse(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        shared[Group.IdxX] = a.X[Group.IdxX];
        Group.Barrier();
        a.Y[Group.IdxX] = shared[Threads - 1 - Group.IdxX];
    }

    internal static void Count(CountArgs a)
    {
        int before = Atomic.Add(ref a.Counter[0], 1);
        MemoryFence.DeviceLevel();
        Atomic.Add(ref a.Counter[1], 3); // Nobody wants what was there: another instruction.
        a.Before[Grid.GlobalLinearIndex] = before;
    }

    internal readonly record struct CountArgs(ArrayView<int> Counter, ArrayView<int> Before);

    internal static void Collatz(Args a)
    {
        int n = Group.IdxX + 1;
        int steps = 0;
        while (n != 1)
        {
            if (n % 2 == 0)
            {
                n /= 2;
            }
            else
            {
                n = (3 * n) + 1;
            }

            steps++;
        }

        a.Y[Group.IdxX] = steps;
    }

    internal readonly record struct Args(ArrayView<float> X, ArrayView<float> Y);
}
