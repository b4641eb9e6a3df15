using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Benchmarking;
using NativeCnn.Tools.Kernels;
using NativeCnn.Tools.Profiling;

namespace NativeCnn.Tests.Tools.Profiling;

/// <summary>Occupancy as NVIDIA's calculator has it, and what estimates of time keep to.</summary>
[Collection(Alone.Name)]
public sealed class EstimateTests
{
    [Theory]
    [InlineData("H100", 256, 126, 16_896, 2, 0.25, "registers")]
    [InlineData("H100", 128, 93, 14_848, 5, 0.3125, "registers")]
    [InlineData("H100", 256, 22, 2_176, 8, 1, "threads")]
    [InlineData("H100", 32, 16, 0, 32, 0.5, "groups")]
    [InlineData("H100", 128, 32, 47_104, 4, 0.25, "shared memory")]
    [InlineData("A100", 128, 32, 47_104, 3, 0.1875, "shared memory")]
    [InlineData("RTX4090", 256, 22, 2_176, 6, 1, "threads")]
    public void Occupancy_IsThatOfTheCalculator(
        string gpu, int threads, int registers, int shared, int groups, double share, string limit) =>
        Assert.Equal(
            new Occupancy(groups, share, limit), Occupancy.Of(GpuModels.Find(gpu), threads, registers, shared));

    [Fact]
    public void Gpus_HaveTheRatesOfTheirDataSheets()
    {
        // Float32, in billions of operations a second.
        Assert.Equal(66_908, GpuModels.Find("h200").Gigaflops, 1.0);
        Assert.Equal(19_492, GpuModels.Find("A100").Gigaflops, 1.0);
        Assert.Equal(82_575, GpuModels.Find("RTX 4090").Gigaflops, 1.0);
        Assert.All(GpuModels.All, one => Assert.True(one.MemoryGigabytes < one.CacheGigabytes));
    }

    [Fact]
    public void Estimate_IsTheLaunchAndTheLongestOfItsBounds()
    {
        ProfileResult result = KernelProfiler.OfKernel(
            ProductKernels.All.Single(one => one.Name == "mat-mul-register.registers8x8"), "256x256x256",
            new ProfileOptions(GpuModels.Find("H200")));

        LaunchProfile launch = Assert.Single(result.Launches);
        TimeEstimate estimate = launch.Estimate;
        double longest = estimate.Parts.Where(one => one.Key != TimeEstimate.Launch).Max(one => one.Value);
        Assert.Equal(longest + GpuModel.LaunchMicroseconds, estimate.Microseconds, 9);
        Assert.Equal(longest, estimate.Parts[estimate.Bound]);

        // Four groups on four multiprocessors: each does a quarter of the products, 128 a cycle at 1,980 MHz.
        const double least = 256 * 256 * 256 / 4 / 128 / 1980.0;
        Assert.InRange(estimate.Parts["float32"], least, 1.1 * least);
    }

    [Fact]
    public void Operands_OfInlinePtx_AreRegisters()
    {
        ProfileResult result = KernelProfiler.OfKernel(
            ProductKernels.All.Single(one => one.Name == "mat-mul-tensor.tensor-cores"), "128x64x16",
            new ProfileOptions(GpuModels.Find("H200")) { Precision = FloatPrecision.Tf32 });

        LaunchProfile launch = Assert.Single(result.Launches);
        Assert.Equal(1, launch.Groups);
        WorkCounts work = launch.Work;
        Assert.True(work.Issued < work.WarpInstructions - work.Instructions["local"]);
        var global = Requests.Sum([work.GlobalLoads, work.GlobalStores]);
        double turns = Math.Max(global.Count, global.Taken / 4) + work.SharedLoads.Taken + work.SharedStores.Taken;
        Assert.Equal(turns / 1980, launch.Estimate.Parts["loads and stores"], 9);
    }

    [Fact]
    public void Step_CountsEveryLaunch_AndTouchesNoLessThanItsFormulaSays()
    {
        ProfileResult result = KernelProfiler.OfStep(
            new NetworkWork(BatchSize: 2, Coefficients: 8, Frames: 20, Filters: 16),
            new ProfileOptions(GpuModels.Find("A100")));

        Assert.True(result.Launches.Count > 3);
        Assert.All(result.Launches, one => Assert.Equal(one.Groups, one.CountedGroups));
        Assert.True(result.Work.Operations >= 0.95 * result.Operations);
        Assert.True(result.Work.ReadBytes + result.Work.WrittenBytes >= result.Bytes);
        Assert.Equal(result.Launches.Sum(one => one.Estimate.Microseconds), result.Microseconds, 9);
        Assert.Contains(result.Launches, one => one.Kernel.Name.StartsWith("adam", StringComparison.Ordinal));
    }

    [Fact]
    public void Sample_OfGroups_StandsForAll()
    {
        var options = new ProfileOptions(GpuModels.Find("H200"));
        PortableKernel kernel = ProductKernels.All.Single(one => one.Name == "conv1d.forward");

        LaunchProfile all = Profiled(options with { Millions = 0 });
        LaunchProfile some = Profiled(options with { Millions = 1 });

        Assert.True(some.CountedGroups < all.CountedGroups);
        Assert.Equal(all.Groups, some.Groups);
        Assert.InRange(some.Work.WarpInstructions / all.Work.WarpInstructions, 0.99, 1.01);

        LaunchProfile Profiled(ProfileOptions how) => KernelProfiler.OfKernel(kernel, "16x16x100x64x4", how).Launches[0];
    }
}
