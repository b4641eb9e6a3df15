using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Devices;

/// <summary>
/// Kernels that are no part of the product, as a user's operator has them: one portable body, every device.
/// </summary>
[Collection(Alone.Name)]
public sealed class OwnKernelTests
{
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Kernel_LaunchedOverElements_ReachesEveryOneOnEveryDevice(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        foreach (int count in (int[])[1, 2, 3, 63, 64, 65, 1000, 5000])
        {
            Tensor<float> y = device.Upload<float>(
                new Shape(count), [.. Enumerable.Range(0, count).Select(i => (float)i)]);

            device.Load<DoubleArgs>(Double).LaunchOver(count, new DoubleArgs(y.View, count));

            Assert.Equal(Enumerable.Range(0, count).Select(i => 2f * i), y.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Kernel_WithBarriers_SumsOnEveryDevice(string selector)
    {
        const int Count = 1000;
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<int> x = device.Upload<int>(new Shape(Count), [.. Enumerable.Range(1, Count)]);
        Tensor<int> sum = device.Allocate<int>(new Shape(3));

        device.Load<SumArgs>(Sum).Launch(3, device.GroupSize, new SumArgs(x.View, sum.View, Count));

        Assert.All(sum.ToArray(), value => Assert.Equal(Count * (Count + 1) / 2, value));
    }

    [Fact]
    public void Device_ThatRunsAPortableKernelOnTheHost_RemarksItOnce()
    {
        using ComputeDevice host = ComputeDevice.Open("cpu", workers: 1);
        using ComputeDevice simulator = ComputeDevice.Open("simulator");
        List<string> remarks = [];
        foreach (ComputeDevice device in (ComputeDevice[])[host, simulator])
        {
            device.Remarked += remarks.Add;
            Tensor<float> y = device.Allocate<float>(new Shape(10));
            for (int again = 0; again < 3; again++)
            {
                device.Load<DoubleArgs>(Double).LaunchOver(10, new DoubleArgs(y.View, 10));
            }
        }

        Assert.Equal(
            ["kernel OwnKernelTests.Double has no host body: device cpu runs its portable kernel, slowly"], remarks);
    }

    [Fact]
    public void Kernel_ThatReachesOutsideAView_IsCaughtOnTheHost()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Tensor<float> y = device.Allocate<float>(new Shape(64)).Slice(0, new Shape(8));
        Kernel<DoubleArgs> twice = device.Load<DoubleArgs>(Double);

        string message = Assert.Throws<KernelFaultException>(
            () => twice.LaunchOver(9, new DoubleArgs(y.View, 9))).Message;

        Assert.Contains("OwnKernelTests.Double reached outside a view on cpu", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Kernel_LaunchedInGroupsThatTheHostHasNot_SaysWhatToDo()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Tensor<float> y = device.Allocate<float>(new Shape(64));

        string message = Assert.Throws<KernelFaultException>(
            () => device.Load<DoubleArgs>(Double).Launch(1, 64, new DoubleArgs(y.View, 64))).Message;

        Assert.Contains("groups of 64 threads, but device cpu has at most 2", message, StringComparison.Ordinal);
        Assert.Contains("LaunchOver", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Kernel_WithLaunchBoundsForGpus_RunsOnTheHost()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Tensor<float> y = device.Upload<float>(new Shape(3), [1, 2, 3]);

        device.Load<DoubleArgs>(DoubleWithBounds).LaunchOver(3, new DoubleArgs(y.View, 3));

        Assert.Equal([2f, 4f, 6f], y.ToArray());
    }

    [Fact]
    public void Kernel_WhoseArgumentsAreHidden_SaysHowToShowThem()
    {
        string message = Assert.Throws<ArgumentException>(() => Hidden.Load(TestDevices.Get("cpu"))).Message;

        Assert.Contains("Hidden.Args is hidden from ILGPU, which launches Kernel", message, StringComparison.Ordinal);
        Assert.Contains("<InternalsVisibleTo Include=\"ILGPURuntime\" />", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    internal static void Double(DoubleArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Count; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] *= 2;
        }
    }

    [LaunchBounds(256, 2)]
    internal static void DoubleWithBounds(DoubleArgs a) => Double(a);

    /// <summary>Every group sums all of x: its threads in strides, then halves of the group.</summary>
    internal static void Sum(SumArgs a)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(256);
        int thread = Group.IdxX;
        int own = 0;
        for (int i = thread; i < a.Count; i += Group.DimX)
        {
            own += a.X[i];
        }

        shared[thread] = own;
        Group.Barrier();
        for (int half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (thread < half)
            {
                shared[thread] += shared[thread + half];
            }

            Group.Barrier();
        }

        if (thread == 0)
        {
            a.Y[Grid.IdxX] = shared[0];
        }
    }

    internal readonly struct DoubleArgs(ArrayView<float> y, int count)
    {
        public readonly ArrayView<float> Y = y;
        public readonly int Count = count;
    }

    internal readonly struct SumArgs(ArrayView<int> x, ArrayView<int> y, int count)
    {
        public readonly ArrayView<int> X = x;
        public readonly ArrayView<int> Y = y;
        public readonly int Count = count;
    }

    private static class Hidden
    {
        public static void Load(ComputeDevice device) => device.Load<Args>(Kernel);

        internal static void Kernel(Args a) => a.Y[0] = 1;

        internal readonly struct Args(ArrayView<float> y)
        {
            public readonly ArrayView<float> Y = y;
        }
    }
}
