// The laws of `bench kernels`: a wrong kernel is found, memory goes back between cases, cold buffers rotate, formulas
// and libraries agree with our kernels.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Tests.Tools.Benchmarking;

public class KernelBenchmarkTests
{
    private static readonly KernelBenchOptions Short = new() { Seconds = 0.001 };

    [Theory]
    [InlineData("cpu")]
    [InlineData("simulator")]
    public void PlantedWrongNumber_IsFoundAndTold(string selector)
    {
        using ComputeDevice device = ComputeDevice.Open(selector, 1);

        KernelMeasurement right = Measure(device, Doubling(wrongOn: "nowhere"));
        KernelMeasurement wrong = Measure(device, Doubling(wrongOn: selector));

        Assert.True(right.Verdict!.IsRight);
        Assert.False(wrong.Verdict!.IsRight);
        Assert.Contains("tensor 1, element 7:", wrong.Verdict.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void PlantedNaN_IsWrong()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);

        Assert.False(Measure(device, Doubling(wrongOn: "cpu", by: float.NaN)).Verdict!.IsRight);
    }

    [Fact]
    public void WrongNumber_OfACaseWithAFormula_IsFound()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        KernelCase product = OperatorCases.MatMulOf(5, 7, 9);

        Assert.Equal("float64", Measure(device, product).Verdict!.Reference);
        Assert.True(Measure(device, product).Verdict!.IsRight);
        Assert.False(Measure(device, product with
        {
            Formula = product.Formula! with
            {
                At = (tensors, i) => product.Formula.At(tensors, i) + (i == 34 ? 0.01 : 0),
            },
        }).Verdict!.IsRight);
    }

    [Fact]
    public void EveryFormula_AgreesWithTheHostBodies()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        KernelCase[] some = [.. OperatorCases.Of(CaseSizes.Small).Where(one => one.Formula is not null)];

        Assert.True(some.Length >= 10, $"{some.Length} cases have a formula");
        Assert.All(KernelBenchmark.Run(device, some, Short).Skip(2), one =>
        {
            Assert.Equal("float64", one.Verdict!.Reference);
            Assert.True(one.Verdict.IsRight, $"{one.Name}: {one.Verdict.Where}");
        });
    }

    [Fact]
    [Trait(Slow.Category, Slow.Name)]
    public void EveryConvolutionsFormula_KnowsStridePaddingDilationAndGroups()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        NativeCnn.Engine.Operators.Conv1dShape[] shapes =
        [
            new(2, 4, 17, 6, 3, Stride: 2, Padding: 1), new(2, 4, 17, 8, 3, Dilation: 2, Groups: 2),
            new(2, 4, 16, 4, 5, Padding: 2, Groups: 4),
        ];
        foreach (KernelCase one in OperatorCases.Of(CaseSizes.Small).Where(one =>
            one.Name is "conv1d.forward" or "conv1d.backward-input" or "conv1d.backward-weight")
            .DistinctBy(one => one.Name)
            .SelectMany(one => shapes.Select(shape => OperatorCases.ConvOf(one.Name, shape))))
        {
            KernelVerdict verdict = Measure(device, one).Verdict!;
            Assert.True(verdict.IsRight, $"{one}: {verdict.Where}");
        }
    }

    [Trait(Slow.Category, Slow.Name)]
    [Fact]
    public void EverySmallCase_IsRightOnEveryDevice()
    {
        foreach (string selector in TestDevices.Portable().Append("cpu"))
        {
            using ComputeDevice device = ComputeDevice.Open(selector, 1);
            Assert.All(
                KernelBenchmark.Run(device, OperatorCases.Of(CaseSizes.Small), Short with { Seconds = 1e-5 }).Skip(2),
                one => Assert.True(
                    one.Verdict!.IsRight, $"{selector}, {one.Name} rung {one.Rung}: {one.Verdict.Where}"));
        }
    }

    [Fact]
    public void EveryResizing_MakesTheSameKernelAtTheShape()
    {
        KernelCase[] some = [.. OperatorCases.Of(CaseSizes.Small).Where(one => one.Resizing is not null)];

        Assert.True(some.Length >= 35, $"{some.Length} cases take a shape");
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        foreach (KernelCase one in some)
        {
            int[] shape =
                [.. Enumerable.Range(0, one.Resizing!.Count).Select(i => i == one.Resizing.Count - 1 ? 4 : 6 + i)];
            KernelCase other = one.Resizing.Make(shape);
            Assert.Equal(one.Name, other.Name);
            Assert.NotEqual(one.Shape, other.Shape);
            other.Prepare(device)()();
        }
    }

    [Fact]
    public void TensorsOfACase_AreReleasedBeforeTheNext()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        List<long> taken = [];
        KernelCase[] cases =
        [
            .. Enumerable.Range(0, 4).Select(_ => Doubling("nowhere")).Select(one => one with
            {
                Plan = on =>
                {
                    if (on.Device == device)
                    {
                        taken.Add(device.Memory.Taken);
                    }

                    return one.Plan(on);
                },
            }),
        ];

        Assert.Equal(2 + 4, KernelBenchmark.Run(device, cases, Short).Count());
        Assert.Equal(4, taken.Count);
        Assert.All(taken, bytes => Assert.Equal(taken[0], bytes));
        Assert.Equal(taken[0], device.Memory.Taken);
    }

    [Fact]
    public void MemoryScope_GivesScratchBackAndKeepsWhatWasThere()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        device.Scratch.Reserve(100);
        Tensor<float> kept = device.Upload<float>(new Shape(3), [1, 2, 3]);
        long before = device.Memory.Taken;
        using (device.OpenScope())
        {
            device.Scratch.Reserve(1000);
            device.Allocate<float>(new Shape(500));
            Assert.True(device.Memory.Taken > before);
        }

        Assert.Equal(before, device.Memory.Taken);
        Assert.Equal(100, device.Scratch.Take(100).Length);
        Assert.Throws<InvalidOperationException>(() => device.Scratch.Take(1000));
        Assert.Equal([1, 2, 3], kept.ToArray());
    }

    [Fact]
    public void ColdBuffers_RotateThroughTwiceTheCache()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        List<int> called = [];
        int made = 1;
        const long Bytes = 1000;
        var cold = ColdBuffers.Of(device, [() => called.Add(0)], Bytes, cache: 2000, () =>
        {
            int mine = made++;
            return [() => called.Add(mine)];
        });

        cold.RunAll(0);
        cold.RunAll(0);
        Assert.True(cold.Count * Bytes >= 2 * 2000, $"{cold.Count} sets");
        Assert.Null(cold.Sweep);
        Assert.Equal([.. Enumerable.Range(0, cold.Count), .. Enumerable.Range(0, cold.Count)], called);
    }

    [Fact]
    public void ColdBuffers_TooSmallToFillTheCache_AreEvicted()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        var cold = ColdBuffers.Of(device, [() => { }], bytes: 4, cache: 1 << 16, () => [() => { }]);

        Assert.NotNull(cold.Sweep);
        Assert.InRange(cold.Count, 2, 64);
        cold.Sweep();
    }

    [Fact]
    public void ColdRun_CallsEachSetOfTensorsOnceARound()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        KernelMeasurement warm = Measure(device, Doubling("nowhere"));
        KernelMeasurement cold = Measure(device, Doubling("nowhere"), Short with { IsCold = true });

        Assert.Equal((false, 1), (warm.IsCold, warm.Buffers));
        Assert.True(cold.IsCold);
        Assert.True(cold.Buffers >= 2);
        Assert.NotEmpty(cold.Samples);
    }

    [Fact]
    public void VendorOfTheHost_ComputesWhatOursCompute()
    {
        HashSet<string> known =
        [
            "matmul", "matmul.dense-forward", "matmul.dense-weight", "relu.forward", "sigmoid.forward",
            "tanh.forward", "add.forward", "softmax.forward", "reduction.rows", "reduction.max",
        ];
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        KernelMeasurement[] compared =
        [
            .. KernelBenchmark.Run(
                device, [.. OperatorCases.Of(CaseSizes.Small).Where(one => known.Contains(one.Name))],
                Short with { WithVendor = true }).Where(one => one.Vendor is not null),
        ];

        Assert.Equal(known, compared.Select(one => one.Name).ToHashSet());
        Assert.All(compared, one => Assert.True(
            one.Vendor!.Verdict.IsRight && one.Vendor.Microseconds > 0, $"{one.Name}: {one.Vendor.Verdict.Where}"));
    }

    [Fact]
    public void TimedWork_InTurns_TakesAsManySamplesOfEach()
    {
        (int ours, int theirs) = (0, 0);
        double[][] samples = TimedWork.InTurns(
            [new TimedWork(() => ours++, 1, () => { }), new TimedWork(() => theirs++, 4, () => { })], 0.01);

        Assert.Equal(samples[0].Length, samples[1].Length);
        Assert.InRange(samples[0].Length, 3, 41);
        Assert.True(ours >= samples[0].Length && theirs >= samples[1].Length);
    }

    private static KernelMeasurement Measure(
        ComputeDevice device, KernelCase one, KernelBenchOptions? options = null) =>
        Assert.Single(KernelBenchmark.Run(device, [one], options ?? Short).Skip(2));

    /// <summary>y = 2 x by the host, whatever the device; wrong by so much at one place on one device.</summary>
    private static KernelCase Doubling(string wrongOn, float by = 0.001f) => new(
        "doubling", "100", null, 100, 800, on =>
        {
            Tensor<float> x = on.Noise(new Shape(100)), y = on.Allocate<float>(new Shape(100));
            return () => () =>
            {
                float[] values = [.. x.ToArray().Select(one => 2 * one)];
                values[7] += on.Device.Info.Selector == wrongOn ? by : 0;
                y.CopyFrom(values);
            };
        })
    { Operator = typeof(KernelBenchmarkTests) };
}
