using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Tools.Benchmarking.Vendors;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>One run of <see cref="KernelBenchmark"/>: what all its measurements share.</summary>
internal sealed class KernelRun : IDisposable
{
    private readonly ComputeDevice device;
    private readonly DeviceLimits limits;
    private readonly KernelBenchOptions options;
    private readonly CaseVerifier verifier;
    private readonly DeviceClock clock;
    private readonly IVendor? vendor;
    private readonly long cache;

    public KernelRun(ComputeDevice device, DeviceLimits limits, KernelBenchOptions options)
    {
        this.device = device;
        this.limits = limits;
        this.options = options;
        verifier = new CaseVerifier(device);
        clock = DeviceClock.Open(device, options.Tell);
        vendor = options.WithVendor ? VendorLibraries.Open(device, options.Tell) : null;
        cache = CacheSize.Of(device);
    }

    public void Dispose()
    {
        vendor?.Dispose();
        clock.Dispose();
        verifier.Dispose();
    }

    /// <summary>What a case's rungs are compared with.</summary>
    public CaseExpectation Expect(KernelCase one) => verifier.Expect(one);

    /// <summary>Verifies and times one rung; null where the shape lacks it.</summary>
    public KernelMeasurement? Measure(KernelCase one, CaseExpectation expected, string? ladder, int? rung)
    {
        using MemoryScope scope = device.OpenScope();
        var tensors = new CaseDevice(device);
        Func<Action> plan = one.Plan(tensors);
        float[][]? before = expected.Values is null ? tensors.Read() : null;
        if (Planned(plan, ladder, one.Choice, rung) is not (var call, var isDefault))
        {
            return null;
        }

        call();
        float[][] after = tensors.Read();
        KernelVerdict verdict = verifier.Judge(one, expected, before, after);
        VendorCall? theirs = Vendor(one, tensors);
        KernelVerdict? ofVendor = theirs is null
            ? null
            : verifier.Compare("ours", [after[theirs.Tensor]], [theirs.Result()], hasTies: false);

        TimedWork ours;
        int buffers = 1;
        if (options.IsCold)
        {
            var cold = ColdBuffers.Of(device, call, tensors.Bytes, cache, () => one.Plan(new CaseDevice(device))());
            buffers = cold.Count;
            cold.RunAll();
            ours = new TimedWork(cold.RunAll, buffers, device.Synchronize, cold.Sweep);
        }
        else
        {
            ours = new TimedWork(call, 1, device.Synchronize);
        }

        double? atFirst = clock.Megahertz();
        double[][] samples = TimedWork.InTurns(
            theirs is null ? [ours] : [ours, new TimedWork(theirs.Run, 1, device.Synchronize)], options.Seconds);
        double? atLast = clock.Megahertz();
        double taken = SampleSummary.Of(samples[0]).Median;
        return new KernelMeasurement(
            one.Name, one.Shape, rung, isDefault, taken, one.Operations / taken / 1e3, one.Bytes / taken / 1e3,
            limits.LeastMicroseconds(one.Operations, one.Bytes) / taken)
        {
            Ladder = ladder,
            Intensity = one.Operations / one.Bytes,
            Samples = samples[0],
            IsCold = options.IsCold,
            Buffers = buffers,
            Verdict = verdict,
            Clock = atFirst is { } first && atLast is { } last ? new ClockReading(first, last) : null,
            Vendor = theirs is null ? null : new VendorMeasurement(theirs.Library, samples[1], ofVendor!),
        };
    }

    private VendorCall? Vendor(KernelCase one, CaseDevice tensors)
    {
        if (one.Work is null || vendor?.Plan(one.Work, tensors) is not { } call)
        {
            return null;
        }

        call.Run();
        device.Synchronize();
        return call;
    }

    /// <summary>The call with one rung, and whether it is the device's choice; null where the shape lacks it.</summary>
    private (Action Call, bool IsDefault)? Planned(Func<Action> plan, string? ladder, string choice, int? rung)
    {
        if (ladder is null || rung is null)
        {
            return (plan(), true);
        }

        device.Rungs.Reset();
        device.Rungs.Override(ladder, rung.Value);
        Action call = plan();
        RungChoice? made = device.Rungs.Made.FirstOrDefault(one =>
            one.Ladder == ladder && one.Rung == rung && one.Shape.StartsWith(choice, StringComparison.Ordinal));
        return made is null ? null : (call, made.Default == rung);
    }
}
