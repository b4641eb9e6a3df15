using NativeCnn.Engine.Devices;
using NativeCnn.Tests.Golden;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace NativeCnn.Tests.Support;

/// <summary>
/// The devices that operator tests run on: <c>cpu</c> (host bodies) and <c>simulator</c> (portable kernels) always,
/// and every CUDA and OpenCL device that is there. NATIVECNN_TEST_DEVICES, a list such as "cpu,cuda:0", replaces it.
/// </summary>
public static class TestDevices
{
    private static readonly Dictionary<string, ComputeDevice> Opened = [];

    public static IReadOnlyList<string> Selectors { get; } =
        Environment.GetEnvironmentVariable("NATIVECNN_TEST_DEVICES") is { Length: > 0 } wanted
            ? wanted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. DeviceCatalog.List().Select(device => device.Selector)];

    /// <summary>One row a device, for <c>[MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]</c>.</summary>
    public static TheoryData<string> All => [.. Selectors];

    /// <summary>A device that all tests share; it is never disposed.</summary>
    public static ComputeDevice Get(string selector)
    {
        if (!Opened.TryGetValue(selector, out ComputeDevice? device))
        {
            device = DeviceCatalog.Open(selector);
            Opened.Add(selector, device);
        }

        return device;
    }

    /// <summary>Every golden file of a family on every device: rows (device, file).</summary>
    public static TheoryData<string, string> TimesGolden(string family) =>
        Times(GoldenFolder.Names(family));

    /// <summary>Every case on every device: rows (device, case).</summary>
    public static TheoryData<string, TCase> Times<TCase>(IEnumerable<TCase> cases)
    {
        TheoryData<string, TCase> rows = [];
        foreach (TCase one in cases)
        {
            foreach (string selector in Selectors)
            {
                rows.Add(selector, one);
            }
        }

        return rows;
    }
}
