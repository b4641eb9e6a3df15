using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Benchmarking;
using NativeCnn.Tools.Kernels;
using NativeCnn.Tools.Profiling;

namespace NativeCnn.Tests.Tools.Profiling;

/// <summary>
/// What the heads of MatMulKernels.cs and Conv1dKernels.cs say of their rungs, counted. One test after another, for
/// others set NATIVECNN_PTXAS.
/// </summary>
[Collection(Alone.Name)]
public sealed class RungProfileTests
{
    private static readonly ProfileOptions Options = new(GpuModels.Find("H200"));

    // Loads of a warp for each of its products: 2; 1/8; 1/32 and 1/64 floats, which come four at a time; and of shared
    // memory. Turns of a store to shared memory: a warp's two lines of a 16 x 16 tile share a bank, and so do two of
    // the 32 numbers of A that a warp of rung 3 stores; rung 4 has no conflict.
    [Theory]
    [InlineData("mat-mul.naive", 2.0, 0.0, 0.0)]
    [InlineData("mat-mul.tiled", 1.0 / 8, 2.0, 2.0)]
    [InlineData("mat-mul-register.registers4x4", 1.0 / 32 / 4, 1.0 / 8, 1.5)]
    [InlineData("mat-mul-register.registers8x8", 1.0 / 64 / 4, 1.0 / 16, 1.0)]
    public void MatMul_LoadsWhatItsHeadSays(string kernel, double global, double shared, double storeTurns)
    {
        WorkCounts work = Profile(kernel, "128x128x128");

        double products = work.Instructions["fma"];
        Assert.Equal(128 * 128 * 128 / 32, products);
        Assert.Equal(global, work.GlobalLoads.Count / products, 9);
        Assert.Equal(shared, work.SharedLoads.Count / products, 9);
        Assert.Equal(0, work.SharedLoads.Conflicts);
        Assert.Equal(
            storeTurns, work.SharedStores.Ideal == 0 ? 0 : work.SharedStores.Taken / work.SharedStores.Ideal, 9);
        Assert.Equal(work.GlobalLoads.Ideal, work.GlobalLoads.Taken); // Every load is coalesced.
        Assert.Equal(0, work.DivergentBranches);
    }

    // The floats of A come one by one, those of B four at a time; steps past the end of K ask for nothing.
    [Fact]
    public void MatMul_ByCopies_LoadsAsItsHeadSays()
    {
        WorkCounts work = Profile("mat-mul-copied.copied8x8", "128x128x128");

        const double steps = 128 / 8;
        Assert.Equal(8 * (steps + 2) * 5, work.Instructions["async_copy"]); // 8 warps.
        Assert.Equal(work.GlobalLoads.Count, work.SharedStores.Count);
        Assert.Equal(128 * 128 * 2 / 8, work.GlobalLoads.Taken); // Every sector once.
        Assert.Equal((0, 0), (work.SharedLoads.Conflicts, work.SharedStores.Conflicts));
        Assert.False(work.Instructions.ContainsKey("shared_store"));
    }

    [Fact]
    public void MatMul_HasMoreProductsAmongItsInstructions_RungByRung()
    {
        double[] shares =
        [
            .. new[] { "mat-mul.tiled", "mat-mul-register.registers4x4", "mat-mul-register.registers8x8" }
                .Select(kernel => Profile(kernel, "128x128x128").FmaShare),
        ];

        Assert.InRange(shares[0], 0.05, 0.15);
        Assert.InRange(shares[1], 0.5, 0.7);
        Assert.InRange(shares[2], 0.7, 0.9);
    }

    // 8 clips of the article's convolution, 776 columns, which fill no tile of 48 or 128 evenly: those past the end are
    // summed up all the same. Rung 1 loads a bias for each output, rung 2 too.
    [Theory]
    [InlineData("conv1d.forward", 2.0, 1.0 / 160, 0.0)]
    [InlineData("conv1d-tiled.convolve", 1.0 / 8, 1.0 / 160, 2.0)]
    public void Convolution_LoadsFromGlobalMemory_WhatItsHeadSays(
        string kernel, double global, double bias, double shared)
    {
        WorkCounts work = Profile(kernel, "8x40x100x64x4");

        double products = work.Instructions["fma"];
        Assert.InRange(products, 64 * 776 * 160 / 32, 64 * 784 * 160 / 32);
        Assert.InRange(work.GlobalLoads.Count / products, global + bias - 0.002, global + bias + 0.002);
        Assert.InRange(work.SharedLoads.Count / products, shared, shared + 0.01); // Products past the end are left out.
        Assert.Equal(0, work.SharedLoads.Conflicts);
    }

    [Theory]
    [InlineData("conv1d-register.convolve4x6", 8)]
    [InlineData("conv1d-register.convolve8x8", 16)]
    [InlineData("conv1d-register.backward-weight4x4", 8)]
    public void Convolution_MultipliesSoOftenForALoadOfSharedMemory(string kernel, double products)
    {
        WorkCounts work = Profile(kernel, "8x40x100x64x4");

        // The last group of a tile loads a little more, to add the parts.
        Assert.Equal(products, work.Instructions["fma"] / work.SharedLoads.Count, 0.01 * products);
        Assert.Equal(0, work.SharedLoads.Conflicts);
        Assert.True(work.GlobalLoads.Count / work.Instructions["fma"] < 1.0 / 8);
    }

    [Fact]
    public void Convolution_HasMoreProductsAmongItsInstructions_RungByRung()
    {
        double[] shares =
        [
            .. new[] { "conv1d.forward", "conv1d-register.convolve4x6", "conv1d-register.convolve8x8" }
                .Select(kernel => Profile(kernel, "8x40x100x64x4").FmaShare),
        ];

        Assert.InRange(shares[0], 0.02, 0.1);
        Assert.InRange(shares[1], 0.45, 0.6);
        Assert.InRange(shares[2], 0.6, 0.75);
    }

    // 13 tiles of 64 columns and 20 steps of 8 terms: 8,320 products of 16 x 8 x 8. A warp loads 8 and 8 numbers a lane
    // for its 8 products of a step; for the 4 of the gradient of the weights 8 and 4, and parts are added at the end.
    [Fact]
    public void Convolution_OnTensorCores_LoadsAndMultipliesWhatItsHeadSays()
    {
        WorkCounts forward = Profile("conv1d-tensor.convolve", "8x40x100x64x4", FloatPrecision.Tf32);
        WorkCounts weight = Profile("conv1d-tensor.backward-weight", "8x40x100x64x4", FloatPrecision.Tf32);

        Assert.Equal(64 * 13 * 64 * 160 / (16 * 8 * 8), forward.Instructions["tensor"]);
        Assert.Equal(2 * forward.Instructions["tensor"], forward.SharedLoads.Count);
        Assert.Equal(3 * weight.Instructions["tensor"], weight.SharedLoads.Count, 0.01 * weight.SharedLoads.Count);
        Assert.Equal(0, forward.SharedLoads.Conflicts);
        Assert.Equal(0, weight.SharedLoads.Conflicts);
    }

    // 192 of 264 products and sums, 256 of 448, 128 of 160. (Where there are divisions, ptxas adds FFMA of its own.)
    [SkippableTheory]
    [InlineData("mat-mul.naive")]
    [InlineData("mat-mul.tiled")]
    [InlineData("mat-mul-register.registers4x4")]
    [InlineData("mat-mul-register.registers8x8")]
    [InlineData("conv1d.forward")]
    [InlineData("conv1d-register.convolve4x6")]
    [InlineData("conv1d-register.convolve8x8")]
    [InlineData("conv1d-register.backward-weight4x4")]
    public void Products_AreContractedAsPtxasDoes(string kernel)
    {
        MachineMix? machine = MachineMix.OfMachine(Named(kernel), "sm_90");
        Skip.If(machine is null, "there is no ptxas with nvdisasm");

        Assert.Equal(machine.FusedShare, MachineMix.OfPtx(Named(kernel)).FusedShare, 0.02);
    }

    [Fact]
    public void EveryCase_TouchesNoLessThanItsFormulaSays()
    {
        List<string> less = [];
        foreach (KernelCase one in OperatorCases.Of(CaseSizes.Small))
        {
            IReadOnlyList<LaunchProfile> launches = KernelProfiler.Count(new CaseCall(one, null), Options);
            WorkCounts work = WorkCounts.Sum(launches.Select(launch => launch.Work));
            double requested = 32 * (work.GlobalLoads.Taken + work.GlobalStores.Taken);
            if (work.ReadBytes + work.WrittenBytes < one.Bytes || requested < work.ReadBytes + work.WrittenBytes)
            {
                less.Add(
                    $"{one}: {one.Bytes} by its formula, {work.ReadBytes} + {work.WrittenBytes} touched, " +
                    $"{requested} moved");
            }
        }

        Assert.True(less.Count == 0, string.Join('\n', less));
    }

    private static WorkCounts Profile(
        string kernel, string shape, FloatPrecision precision = FloatPrecision.Fp32)
    {
        ProfileResult result = KernelProfiler.OfKernel(
            Named(kernel), shape, Options with { Precision = precision });
        return WorkCounts.Sum(result.Of(Named(kernel)).Select(one => one.Work));
    }

    private static PortableKernel Named(string kernel) =>
        ProductKernels.All.Single(one => one.Name == kernel);
}
