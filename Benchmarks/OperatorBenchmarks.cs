using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Devices;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Benchmarks;

/// <summary>Every case of <see cref="OperatorCases"/>, or those whose name holds what <c>--case</c> says.</summary>
public class OperatorBenchmarks
{
    private static readonly Dictionary<string, KernelCase> Chosen = [];
    private ComputeDevice? device;
    private Action? call;
    private bool isHost;

    /// <summary>The names of the cases that run.</summary>
    public static IEnumerable<string> Cases => Chosen.Keys;

    /// <summary>The case under way, as <see cref="KernelCase"/> writes itself.</summary>
    [ParamsSource(nameof(Cases))]
    public string Case { get; set; } = "";

    /// <summary>Opens the device and plans the operator: each case has a device, and so memory, of its own.</summary>
    [GlobalSetup]
    public void Setup()
    {
        device = BenchmarkDevice.Open();
        isHost = device.IsHost;
        call = CaseOf(Case).Prepare(device)();
        device.Synchronize();
    }

    /// <summary>One call. Waits for a device that works on its own; host bodies are done when they return.</summary>
    [Benchmark]
    public void Run()
    {
        call!();
        if (!isHost)
        {
            device!.Synchronize();
        }
    }

    /// <summary>Gives the device and all memory on it back.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        device?.Dispose();
        (device, call) = (null, null);
    }

    /// <summary>Takes the cases of a device's sizes; to be called before anything runs.</summary>
    /// <param name="under">The device under test.</param>
    /// <param name="wanted">What a case's name holds, whatever the letters' case; null for all.</param>
    internal static void Choose(DeviceInfo under, string? wanted)
    {
        Chosen.Clear();
        foreach (KernelCase one in OperatorCases.For(under))
        {
            if (wanted is null || one.ToString().Contains(wanted, StringComparison.OrdinalIgnoreCase))
            {
                Chosen.Add(one.ToString(), one);
            }
        }
    }

    /// <summary>The case of this name.</summary>
    internal static KernelCase CaseOf(string name) => Chosen[name];
}
