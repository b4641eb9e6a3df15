using System.Reflection;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Environments;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Benchmarks;

/// <summary>Where a run took place: what a figure means nothing without.</summary>
/// <param name="Processor">The processor and its cores.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="Device">The device under test.</param>
/// <param name="Workers">Threads of the host bodies.</param>
/// <param name="Version">The version of NativeCnn, with the commit where it is known.</param>
internal sealed record Machine(
    string Processor, string System, string Runtime, DeviceInfo Device, int Workers, string Version)
{
    /// <summary>What computes, in short: <c>Intel Xeon Processor 2.30GHz, 2 workers</c>, or a GPU's name.</summary>
    public string Name => Device.Kind == DeviceKind.Cpu || Device.IsSimulated
        ? $"{Processor.Split(',')[0]}, {(Device.Kind == DeviceKind.Cpu ? $"{Workers} workers" : Device.Selector)}"
        : $"{Device.Name}, {Device.Kind}";

    /// <summary>The name as a file's: <c>intel-xeon-processor-2.30ghz-2-workers.md</c>.</summary>
    public string FileName
    {
        get
        {
            string plain = string.Concat(
                Name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : ' '));
            return string.Join('-', plain.Split(' ', StringSplitOptions.RemoveEmptyEntries)) + ".md";
        }
    }

    /// <summary>Opens the device under test for a moment and looks around.</summary>
    /// <exception cref="DeviceException">There is no such device.</exception>
    public static Machine Describe()
    {
        using ComputeDevice device = BenchmarkDevice.Open();
        // BenchmarkDotNet's own lines: first its version and the system, then the processor.
        string[] lines = [.. HostEnvironmentInfo.GetCurrent().ToFormattedString()];
        string version = typeof(ComputeDevice).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        return new Machine(
            $"{lines[1].Trim()}, {HostSimd.Describe()}",
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            device.Info,
            device.Workers.Count,
            version);
    }
}
