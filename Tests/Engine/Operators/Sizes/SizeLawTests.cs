// The law of sizes: whatever numbers an operator is planned for, it refuses them by its own exception, in one line and
// soon, or its kernels stay inside their buffers. The device ptx checks every access of a kernel; the host's bodies run
// between guards, see GuardedMemory. An operator has an eighth of NATIVECNN_FUZZ as cases, up to 5,000, and on ptx
// one for ten of these; a number gives the same case everywhere.

using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Messages;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators.Sizes;

public sealed class SizeLawTests
{
    private const string NoDevice = "none";
    private const int MostCases = 5000;
    private const double MostOperations = 3e6;
    private const long MemoryOfACase = 256L << 20;

    /// <summary>Devices that see an access outside of a buffer: by guards around it, or by looking at each.</summary>
    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach (string selector in new[] { "cpu", "ptx" }.Where(TestDevices.Selectors.Contains)
                .DefaultIfEmpty(NoDevice))
            {
                foreach (string name in SizeCases.All.Keys)
                {
                    all.Add(selector, name);
                }
            }

            return all;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Operator_OfAnyNumbers_IsRefusedOrStaysInsideItsBuffers(string selector, string name)
    {
        Skip.If(selector == NoDevice, "the devices of this run do not see an access outside of a buffer");
        bool isHost = selector == "cpu";
        int count = Math.Min(ReaderFuzz.Inputs / 8, MostCases) / (isHost ? 1 : 10);
        int ran = 0;
        int refused = 0;
        for (int number = 0; number < count;)
        {
            // What plans took is given back with their device.
            using ComputeDevice device = DeviceCatalog.Open(selector, isHost ? 2 : 0);
            var memory = new GuardedMemory(device);
            long before = device.Memory.Taken;
            for (; number < count && device.Memory.Taken - before < 2 * MemoryOfACase; number++)
            {
                Run(device, memory, name, number, ref ran, ref refused);
            }
        }

        Assert.True(ran >= count / 20, $"{ran} of {count} ran");
        Assert.True(refused >= count / 200, $"{refused} of {count} were refused");
    }

    private static void Run(
        ComputeDevice device, GuardedMemory memory, string name, int number, ref int ran, ref int refused)
    {
        long since = Stopwatch.GetTimestamp();
        long heap = GC.GetAllocatedBytesForCurrentThread();
        SizeCase? one = null;
        bool runs = false;
        try
        {
            var random = new Random(number + (name.Length * 1_000_003));
            one = SizeCases.All[name](new Numbers(random));
            bool fits = one.Elements <= GuardedMemory.MostElements / 8 && one.Operations <= MostOperations;

            // A plan is made for what would run, and for what no tensor holds: that must not come so far.
            if (!fits && one.Elements is > 0 and <= int.MaxValue - (1 << 24))
            {
                return;
            }

            device.Memory.Limit = device.Memory.Taken + MemoryOfACase;
            Action<GuardedMemory> run = one.Plan(device);
            if (!fits)
            {
                return; // Several tensors of which each is not too large.
            }

            runs = true;
            memory.Begin(random);
            run(memory);
            device.Synchronize();
            memory.Check();
            ran++;
        }
        catch (Exception error) when (!runs && IsDocumented(error))
        {
            refused++;
        }
        catch (Exception error)
        {
            Assert.Fail($"{name} {number}: {one} {error}");
        }

        double seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        Assert.True(seconds < 10, $"{name} {number}: took {seconds:0.0} s");
        heap = GC.GetAllocatedBytesForCurrentThread() - heap;
        Assert.True(heap < MemoryOfACase, $"{name} {number}: allocated {heap} bytes");
    }

    private static bool IsDocumented(Exception error) => error switch
    {
        ArgumentException wrong => wrong.WithoutParameter().AsSpan().IndexOfAny('\n', '\r') < 0,
        OverflowException => error.StackTrace!.Contains("Resample", StringComparison.Ordinal), // As it documents.
        _ => error is DeviceMemoryException,
    };
}
