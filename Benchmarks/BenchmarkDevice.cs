using System.Globalization;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Benchmarks;

/// <summary>
/// The device under test: <c>cpu</c>, or what <c>NATIVECNN_BENCH_DEVICE</c> selects; with one worker for each
/// processor, or as many as <c>NATIVECNN_BENCH_WORKERS</c> says.
/// </summary>
internal static class BenchmarkDevice
{
    private const string DeviceVariable = "NATIVECNN_BENCH_DEVICE";
    private const string WorkersVariable = "NATIVECNN_BENCH_WORKERS";

    /// <summary>Opens it; the caller owns it.</summary>
    /// <exception cref="DeviceException">There is no such device.</exception>
    /// <exception cref="ArgumentException">The number of workers is none.</exception>
    public static ComputeDevice Open()
    {
        string? selector = Environment.GetEnvironmentVariable(DeviceVariable);
        string? workers = Environment.GetEnvironmentVariable(WorkersVariable);
        int count = 0;
        if (!string.IsNullOrEmpty(workers) &&
            !int.TryParse(workers, NumberStyles.None, CultureInfo.InvariantCulture, out count))
        {
            throw new ArgumentException(
                $"{WorkersVariable} is '{workers}': give a number of threads, or 0 for one a processor");
        }

        return ComputeDevice.Open(string.IsNullOrEmpty(selector) ? "cpu" : selector, count);
    }
}
