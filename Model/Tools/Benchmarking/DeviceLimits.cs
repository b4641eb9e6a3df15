using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Measurement;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>What a device can reach, measured: the two ends of its roofline.</summary>
/// <param name="Copy">A copy of more than the caches hold.</param>
/// <param name="MultiplyAdd">Multiply-adds in registers.</param>
/// <param name="BytesOfCopy">Bytes that the copy moved, read and written.</param>
internal sealed record DeviceLimits(Measurement Copy, Measurement MultiplyAdd, double BytesOfCopy)
{
    /// <summary>Rate of the copy.</summary>
    public double GigabytesPerSecond => BytesPerMicrosecond / 1e3;

    private double BytesPerMicrosecond => BytesOfCopy / Copy.Milliseconds / 1e3;

    /// <summary>Measures both: the least time of ten calls, for a limit is what a device can reach.</summary>
    public static DeviceLimits Measure(ComputeDevice device)
    {
        using MemoryScope scope = device.OpenScope();
        var limits = new Roofline(
            device, LengthOfCopy(device),
            rounds: device.Info.IsSimulated ? 1 : device.Info.IsGpu ? 1024 : device.IsHost ? 20_000 : 64);
        return new DeviceLimits(
            new Measurement(Fastest(device, limits.Copy), 0),
            new Measurement(Fastest(device, limits.MultiplyAdd), (long)limits.OperationsOfMultiplyAdd),
            limits.BytesOfCopy);
    }

    /// <summary>The least time that both limits allow.</summary>
    public double LeastMicroseconds(double operations, double bytes) =>
        Math.Max(operations / MultiplyAdd.Gigaflops / 1e3, bytes / BytesPerMicrosecond);

    /// <summary>Both as lines of a table of kernels.</summary>
    public IEnumerable<KernelMeasurement> AsKernels() =>
    [
        new(
            "copy", $"{BytesOfCopy / 2:N0} bytes", null, true, Copy.Milliseconds * 1e3, 0, BytesPerMicrosecond / 1e3,
            1),
        new(
            "multiply-add", $"{(double)MultiplyAdd.Operations:G3} operations", null, true,
            MultiplyAdd.Milliseconds * 1e3, MultiplyAdd.Gigaflops, 0, 1),
    ];

    /// <summary>
    /// Floats, more than any cache holds; on a GPU up to 512 MiB each way, a quarter of its memory in all.
    /// </summary>
    private static int LengthOfCopy(ComputeDevice device) => device.Info switch
    {
        { IsSimulated: true } => 1 << 14,
        { IsGpu: true } => (int)Math.Clamp(device.Info.MemoryBytes / 32 / 4 * 4, 1 << 22, 1 << 27),
        _ => 1 << 24,
    };

    private static double Fastest(ComputeDevice device, Action call)
    {
        double least = double.PositiveInfinity;
        for (int i = 0; i < 10; i++)
        {
            long start = Stopwatch.GetTimestamp();
            call();
            device.Synchronize();
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return least;
    }
}
