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
        KernelVerdict verdict = verifier.Judge(one, expected, before, tensors);
        VendorCall? theirs = Vendor(one, tensors);
        KernelVerdict? ofVendor = theirs is null
            ? null
            : verifier.Compare("ours", [tensors.Read(theirs.Tensor)], [theirs.Result()], hasTies: false);

        Action[] calls = theirs is null ? [call] : [call, theirs.Run];
        int buffers = 1;
        TimedWork[] works = [.. calls.Select(run => new TimedWork(run, 1, device.Synchronize))];
        if (options.IsCold)
        {
            var cold = ColdBuffers.Of(
                device, calls, tensors.Bytes, cache, () => OneMoreSet(one, withVendor: theirs is not null));
            buffers = cold.Count;
            works =
            [
                .. calls.Select((_, which) => new TimedWork(
                    () => cold.RunAll(which), buffers, device.Synchronize, cold.Sweep)),
            ];
            Array.ForEach(works, work => work.Run());
        }

        double? atFirst = clock.Megahertz();
        double[][] samples = TimedWork.InTurns(works, options.Seconds);
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

    private Action[] OneMoreSet(KernelCase one, bool withVendor)
    {
        var tensors = new CaseDevice(device);
        Action call = one.Plan(tensors)();
        return withVendor ? [call, vendor!.Plan(one.Work!, tensors)!.Run] : [call];
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
