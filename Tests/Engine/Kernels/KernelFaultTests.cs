using System.Diagnostics;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Devices;

/// <summary>Kernels that do what they must not, and what is said of it.</summary>
[Collection(Alone.Name)]
public sealed class KernelFaultTests
{
    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "outside")]
    [InlineData(200, "outside")]
    public void Kernel_ThatReachesOutsideAView_IsCaughtOnTheSimulator(int count, string? said)
    {
        ComputeDevice device = TestDevices.Get("simulator");
        // A view of the middle third: what lies beyond its end is memory of ours, but not the kernel's.
        Tensor<float> y = device.Allocate<float>(new Shape(192)).Slice(64, new Shape(64));
        Kernel<FillArgs> fill = device.Load<FillArgs>(Fill);

        Exception? thrown = Record.Exception(() => fill.LaunchOver(count, new FillArgs(y.View, count)));

        if (said is null)
        {
            Assert.Null(thrown);
            Assert.All(y.ToArray(), value => Assert.Equal(1f, value));
        }
        else
        {
            string message = Assert.IsType<KernelFaultException>(thrown).Message;
            Assert.Contains("KernelFaultTests.Fill", message, StringComparison.Ordinal);
            Assert.Contains(said, message, StringComparison.Ordinal);
        }

        fill.LaunchOver(3, new FillArgs(y.View, 3)); // The next launch is not blamed for it.
    }

    [Fact]
    public void Kernel_CompiledWithAssertions_ChecksItsIndicesOnCuda()
    {
        Assert.Contains("__assertfail", Ptx(builder => builder.Assertions()), StringComparison.Ordinal);
        Assert.DoesNotContain("__assertfail", Ptx(builder => builder), StringComparison.Ordinal);

        static string Ptx(Func<Context.Builder, Context.Builder> with)
        {
            using Context context = Context.Create(builder => with(builder).Optimize(OptimizationLevel.O2));
            using var backend = new PTXBackend(context, CudaArchitecture.SM_80, CudaInstructionSet.ISA_78, null!);
            return ((PTXCompiledKernel)backend.Compile(
                EntryPointDescription.FromExplicitlyGroupedKernel(((Action<FillArgs>)Fill).Method),
                KernelSpecialization.Empty)).PTXAssembly;
        }
    }

    [Fact]
    public void TraceCapture_WhileItIsOpen_HasThisThreadsTextAlone()
    {
        using TraceCapture.Capture captured = TraceCapture.Begin();
        Trace.WriteLine("ptxas fatal : Unresolved extern function");
        Trace.Write("line 7");
        var other = new Thread(() => Trace.WriteLine("something else"));
        other.Start();
        other.Join();

        Assert.Equal("ptxas fatal : Unresolved extern function; line 7", captured.Text);
    }

    [Fact]
    public void DeviceMemory_ThatDoesNotSuffice_SaysHowMuchThereIs()
    {
        using ComputeDevice device = ComputeDevice.Open("simulator");
        device.Memory.Limit = device.Memory.Taken + (4 << 20);

        string message = Assert.Throws<DeviceMemoryException>(
            () => device.Allocate<float>(new Shape(2 << 20))).Message;

        Assert.Contains("simulator", message, StringComparison.Ordinal);
        Assert.Contains("8", message, StringComparison.Ordinal);
        Assert.Contains("4 MiB of", message, StringComparison.Ordinal);
        device.Allocate<float>(new Shape(1000)); // What fits still does.
    }

    internal static void Fill(FillArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Count; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] = 1f;
        }
    }

    internal readonly struct FillArgs(ArrayView<float> y, int count)
    {
        public readonly ArrayView<float> Y = y;
        public readonly int Count = count;
    }
}
