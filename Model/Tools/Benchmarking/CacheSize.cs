using System.Globalization;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>How much the largest cache of a device holds.</summary>
internal static class CacheSize
{
    private const long OfAnotherGpu = 64L << 20;
    private const long OfAnotherProcessor = 32L << 20;

    /// <summary>
    /// Bytes: the L2 of a CUDA device by its driver, the last level of the processor as Linux tells it; 64 MiB and
    /// 32 MiB where nobody does.
    /// </summary>
    public static long Of(ComputeDevice device) => device.Accelerator is CudaAccelerator cuda
        ? Math.Max(cuda.Device.L2CacheSize, 1 << 20)
        : device.Info.IsGpu ? OfAnotherGpu
        : OfProcessor("/sys/devices/system/cpu/cpu0/cache");

    /// <summary>The largest of the sizes in a folder of Linux's kind: <c>index3/size</c> holds <c>32768K</c>.</summary>
    internal static long OfProcessor(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return OfAnotherProcessor;
        }

        long largest = Directory.EnumerateDirectories(folder, "index*")
            .Select(index => Path.Combine(index, "size"))
            .Where(File.Exists)
            .Select(file => Parse(File.ReadAllText(file).Trim()))
            .DefaultIfEmpty(0).Max();
        return largest > 0 ? largest : OfAnotherProcessor;
    }

    private static long Parse(string size)
    {
        (string digits, long unit) = size switch
        {
            [.. var kib, 'K'] => (kib, 1L << 10),
            [.. var mib, 'M'] => (mib, 1L << 20),
            _ => (size, 1L),
        };
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number * unit
            : 0;
    }
}
