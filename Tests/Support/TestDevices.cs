using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
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

    /// <summary>
    /// Those of the devices that run portable kernels, or some of these; the simulator where there are none: a theory
    /// without a row fails.
    /// </summary>
    public static IReadOnlyList<string> Portable(Predicate<string>? of = null)
    {
        string[] found = [.. Selectors.Where(selector => selector != "cpu" && (of is null || of(selector)))];
        return found.Length > 0 ? found : ["simulator"];
    }

    /// <summary>One row a device, for <c>[MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]</c>.</summary>
    public static TheoryData<string> All => [.. Selectors];

    /// <summary>
    /// The devices with every rung of a ladder where portable kernels run, as <see cref="Get"/> takes them:
    /// <c>cpu</c>, <c>simulator adam=1</c>, <c>simulator adam=3</c>.
    /// </summary>
    public static TheoryData<string> EveryRung(string ladder) => [.. WithRungs(ladder)];

    /// <summary>The same as a list.</summary>
    public static IReadOnlyList<string> WithRungs(string ladder)
    {
        KernelLadder found = KernelLadder.Find(ladder)!;
        return
        [
            .. Selectors.SelectMany(selector => selector == "cpu"
                ? [selector]
                : found.Rungs.Select(rung => $"{selector} {ladder}={rung}")),
        ];
    }

    /// <summary>A device that all tests share, with the rungs that follow a space; it is never disposed.</summary>
    public static ComputeDevice Get(string selector)
    {
        string[] parts = selector.Split(' ');
        if (!Opened.TryGetValue(parts[0], out ComputeDevice? device))
        {
            device = DeviceCatalog.Open(parts[0]);
            Opened.Add(parts[0], device);
        }

        device.Rungs.Reset();
        foreach (string rungs in parts.Skip(1))
        {
            device.Rungs.Override(rungs);
        }

        return device;
    }

    /// <summary>Every golden file of a family on every device: rows (device, file).</summary>
    public static TheoryData<string, string> TimesGolden(string family) =>
        Times(GoldenFolder.Names(family));

    /// <summary>Every case on every device: rows (device, case).</summary>
    public static TheoryData<string, TCase> Times<TCase>(IEnumerable<TCase> cases) => Times(Selectors, cases);

    /// <summary>Every case on every device and every rung of a ladder there: rows (device, case).</summary>
    public static TheoryData<string, TCase> TimesRungs<TCase>(string ladder, IEnumerable<TCase> cases) =>
        Times(WithRungs(ladder), cases);

    /// <summary>
    /// The same, and big cases where a lane is no thread of the machine, on the rung that the device chooses.
    /// </summary>
    public static TheoryData<string, TCase> TimesRungs<TCase>(
        string ladder, IEnumerable<TCase> cases, IEnumerable<TCase> bigCases)
    {
        TheoryData<string, TCase> rows = TimesRungs(ladder, cases);
        foreach (TCase one in bigCases)
        {
            foreach (string selector in Selectors.Where(selector => selector != "simulator"))
            {
                rows.Add(selector, one);
            }
        }

        return rows;
    }

    private static TheoryData<string, TCase> Times<TCase>(IReadOnlyList<string> selectors, IEnumerable<TCase> cases)
    {
        TheoryData<string, TCase> rows = [];
        foreach (TCase one in cases)
        {
            foreach (string selector in selectors)
            {
                rows.Add(selector, one);
            }
        }

        return rows;
    }
}
