// At which clock does a device run just now? NVIDIA's NVML, through ILGPU.Algorithms, for CUDA; Linux's files for the
// processor. A virtual machine may tell a constant, and some tell nothing.
using System.Globalization;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Devices;
using NativeCnn.Tools.Benchmarking.Vendors;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>Reads the clock of one device.</summary>
internal sealed class DeviceClock : IDisposable
{
    private readonly NvmlDevice? nvml;
    private readonly Func<double?> read;

    private DeviceClock(Func<double?> read, NvmlDevice? nvml = null)
    {
        this.read = read;
        this.nvml = nvml;
    }

    /// <summary>Opens it; where nobody tells the clock, that is told, once.</summary>
    public static DeviceClock Open(ComputeDevice device, Action<string>? tell)
    {
        if (device.Accelerator is CudaAccelerator cuda)
        {
            try
            {
                CudaLibraries.Install();
                var nvml = NvmlDevice.CreateFromAccelerator(cuda);
                return new DeviceClock(() => nvml.GetStreamingMultiprocessorClockSpeed(), nvml);
            }
            catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException
                or NotSupportedException or NvmlException)
            {
                tell?.Invoke($"clocks are not known: NVML said {error.GetType().Name}");
                return new DeviceClock(() => null);
            }
        }

        return new DeviceClock(device.Info.IsGpu
            ? () => null
            : () => OfProcessor("/sys/devices/system/cpu", "/proc/cpuinfo"));
    }

    /// <summary>The clock in MHz; null where nobody tells it.</summary>
    public double? Megahertz() => read();

    /// <inheritdoc/>
    public void Dispose() => nvml?.Dispose();

    /// <summary>The fastest processor's clock in MHz.</summary>
    /// <param name="folder">Linux's folder of processors, with <c>cpu0/cpufreq/scaling_cur_freq</c> in kHz.</param>
    /// <param name="list">Linux's list of them, with <c>cpu MHz : 2595.124</c>.</param>
    internal static double? OfProcessor(string folder, string list)
    {
        double[] kilohertz = !Directory.Exists(folder) ? [] :
        [
            .. Directory.EnumerateDirectories(folder, "cpu*")
                .Select(one => Path.Combine(one, "cpufreq", "scaling_cur_freq")).Where(File.Exists)
                .Select(file => Number(File.ReadAllText(file))),
        ];
        if (kilohertz.Length > 0)
        {
            return kilohertz.Max() / 1000;
        }

        double[] megahertz = !File.Exists(list) ? [] :
        [
            .. File.ReadLines(list).Where(line => line.StartsWith("cpu MHz", StringComparison.Ordinal))
                .Select(line => Number(line.Split(':')[^1])),
        ];
        return megahertz.Length > 0 ? megahertz.Max() : null;
    }

    private static double Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : 0;
}
