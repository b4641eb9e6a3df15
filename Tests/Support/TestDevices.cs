using System.Runtime.CompilerServices;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Tests.Golden;

namespace NativeCnn.Tests.Support;

/// <summary>
/// The devices that operator tests run on: <c>cpu</c> (host bodies) and <c>ptx</c> (portable kernels as an NVIDIA GPU
/// gets them) always, and every CUDA and OpenCL device that is there; and <c>simulator</c>, where a launch takes ten to
/// a hundred times as long, on the first case of those that have several. NATIVECNN_TEST_DEVICES, a list such as
/// "cpu,cuda:0" or "simulator", replaces it.
/// </summary>
public static class TestDevices
{
    private static readonly Lock Gate = new();
    private static readonly LinkedList<(string Key, ComputeDevice Device)> Opened = [];

    public static IReadOnlyList<string> Selectors { get; } =
        Environment.GetEnvironmentVariable("NATIVECNN_TEST_DEVICES") is { Length: > 0 } wanted
            ? wanted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. DeviceCatalog.List().Select(device => device.Selector).Where(selector => selector != "simulator")];

    // The simulator has first cases alone where nobody asked for devices.
    private static readonly bool SimulatesFirstCases =
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NATIVECNN_TEST_DEVICES"));

    /// <summary>
    /// Those of the devices that run portable kernels, or some of these; <c>ptx</c> where there are none: a theory
    /// without a row fails.
    /// </summary>
    public static IReadOnlyList<string> Portable(Predicate<string>? of = null)
    {
        string[] found = [.. Selectors.Where(selector => selector != "cpu" && (of is null || of(selector)))];
        return found.Length > 0 ? found : ["ptx"];
    }

    /// <summary>One row a device.</summary>
    public static TheoryData<string> All => [.. Selectors];

    /// <summary>
    /// The devices with every rung of a ladder where portable kernels run, as <see cref="Get"/> takes them:
    /// <c>cpu</c>, <c>ptx adam=1</c>, <c>ptx adam=3</c>.
    /// </summary>
    public static TheoryData<string> EveryRung(string ladder) => [.. WithRungs(ladder)];

    /// <summary>The same as a list, for all devices or some.</summary>
    public static IReadOnlyList<string> WithRungs(string ladder, IReadOnlyList<string>? selectors = null)
    {
        KernelLadder found = KernelLadder.Find(ladder)!;
        return
        [
            .. (selectors ?? Selectors).SelectMany(selector => selector == "cpu"
                ? [selector]
                : found.Rungs.Select(rung => $"{selector} {ladder}={rung}")),
        ];
    }

    /// <summary>
    /// A device that the tests of a class share, with the rungs that NATIVECNN_RUNGS names and then those that follow
    /// a space; no test disposes it. A class has its own, for classes run side by side, and on the simulator each rung
    /// has: every launch there costs as much as threads were ever started, which is what the largest group asked for.
    /// </summary>
    /// <param name="selector">What <see cref="EveryRung"/> and the like give: <c>cpu</c>, <c>ptx adam=1</c>.</param>
    /// <param name="apart">
    /// What, on the simulator, shall have one apart from the rest of the class, for it may launch larger groups: a rung
    /// that the test gives to the operator itself, a row of a theory.
    /// </param>
    /// <param name="file">The file of the class, which the compiler knows.</param>
    public static ComputeDevice Get(string selector, object? apart = null, [CallerFilePath] string file = "")
    {
        string[] parts = selector.Split(' ');
        ComputeDevice device = Open(parts[0], $"{file} {(parts[0] == "simulator" ? $"{selector} {apart}" : parts[0])}");
        ChooseRungs(device.Rungs, Environment.GetEnvironmentVariable(RungChoices.Variable), parts[1..]);
        return device;
    }

    /// <summary>Nothing but what the environment wants, and over it what a row of a theory does.</summary>
    internal static void ChooseRungs(RungChoices choices, string? everywhere, IEnumerable<string> here)
    {
        choices.Reset();
        choices.Override(everywhere ?? "");
        foreach (string rungs in here)
        {
            choices.Override(rungs);
        }
    }

    /// <summary>Closes the devices of a class whose tests are done.</summary>
    /// <param name="name">Its name, which its file has.</param>
    internal static void CloseOf(string name)
    {
        lock (Gate)
        {
            CloseWhere(one => Path.GetFileNameWithoutExtension(FileOf(one.Key)) == name, keep: 0);
        }
    }

    private static string FileOf(string key) => key.Split(' ')[0];

    private static void CloseWhere(Predicate<(string Key, ComputeDevice Device)> closed, int keep)
    {
        foreach ((string Key, ComputeDevice Device) one in Opened.Where(one => closed(one)).Skip(keep).ToArray())
        {
            Opened.Remove(one);
            one.Device.Dispose();
        }
    }

    private static ComputeDevice Open(string selector, string key)
    {
        lock (Gate)
        {
            LinkedListNode<(string Key, ComputeDevice Device)>? node = Opened.First;
            while (node is not null && node.Value.Key != key)
            {
                node = node.Next;
            }

            if (node is null)
            {
                // Two workers on any machine: Environment.ProcessorCount is 1 here, see Tests.runsettings.
                node = new((key, DeviceCatalog.Open(selector, selector == "cpu" ? 2 : 0)));
            }
            else
            {
                Opened.Remove(node);
            }

            Opened.AddFirst(node);
            // Tests of one class run one after another: but for this one, its devices are idle.
            string mine = FileOf(key);
            CloseWhere(one => one != node.Value && FileOf(one.Key) == mine, keep: 8);
            return node.Value.Device;
        }
    }

    /// <summary>
    /// Every golden file of a family on every device: rows (device, file). The smallest comes first, for the simulator.
    /// </summary>
    /// <param name="family">What the names begin with.</param>
    /// <param name="isLong">True where one case would take the simulator minutes, which then has none.</param>
    public static TheoryData<string, string> TimesGolden(string family, bool isLong = false) =>
        Times(Selectors, GoldenFolder.Names(family).OrderBy(GoldenFolder.BytesOf), SimulatesFirstCases && !isLong);

    /// <summary>Every case on every device: rows (device, case).</summary>
    public static TheoryData<string, TCase> Times<TCase>(IEnumerable<TCase> cases) =>
        Times(Selectors, cases, SimulatesFirstCases);

    /// <summary>Every case on every device and every rung of a ladder there: rows (device, case).</summary>
    public static TheoryData<string, TCase> TimesRungs<TCase>(string ladder, IEnumerable<TCase> cases) =>
        Times(WithRungs(ladder), cases, SimulatesFirstCases);

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

    private static TheoryData<string, TCase> Times<TCase>(
        IReadOnlyList<string> selectors, IEnumerable<TCase> cases, bool simulatesFirst)
    {
        TheoryData<string, TCase> rows = [];
        foreach (TCase one in cases)
        {
            if (simulatesFirst && rows.Count == 0)
            {
                rows.Add("simulator", one);
            }

            foreach (string selector in selectors)
            {
                rows.Add(selector, one);
            }
        }

        return rows;
    }
}
