// Training for a long time takes no more of anything than training for a short time: managed memory, native memory,
// handles, threads. NATIVECNN_LONG_STEPS=200000 trains so many steps; 2,000 without it.
using System.Diagnostics;
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Options;
using NativeCnn.Model.Caching;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using Xunit.Abstractions;

namespace NativeCnn.Tests.Faults;

[Collection(Alone.Name)]
[Trait(Slow.Category, Slow.Name)]
public sealed class LongRunTests : IDisposable
{
    private const int SampleRate = 4000;
    private const int ClipSamples = 800;
    private const int ClipsPerClass = 80;
    private const int BatchSize = 4;
    private const int StepsPerEpoch = ClipsPerClass * 10 * 4 / 5 / BatchSize;
    private const int Samples = 24;

    private readonly TemporaryFolder folder = new();
    private readonly ITestOutputHelper output;

    public LongRunTests(ITestOutputHelper output) => this.output = output;

    private static int Steps { get; } = int.Parse(
        Environment.GetEnvironmentVariable("NATIVECNN_LONG_STEPS") is { Length: > 0 } text ? text : "2000",
        CultureInfo.InvariantCulture);

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData("article", FeatureMemory.Device)]
    [InlineData("article", FeatureMemory.Disk)]
    [InlineData("deep", FeatureMemory.Device)]
    [InlineData("deep", FeatureMemory.Disk)]
    public void Training_ForALongTime_TakesNoMoreMemoryHandlesOrThreads(string network, FeatureMemory memory)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "memory and handles are read from /proc");
        NetworkPreset preset = NetworkPresets.Resolve(network);
        int epochs = Math.Max(4, (Steps + StepsPerEpoch - 1) / StepsPerEpoch);
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using var cache = FeatureCache.Temporary();
        ClipSource clips = ClipSource.BuiltIn(
            SampleRate, (double)ClipSamples / SampleRate, ClipsPerClass, seed: 1) with
        { Cache = cache };
        var config = new RunConfig
        {
            Labels = clips.DataSet.Labels,
            Features = FeaturePresets.Resolve(preset.Features, SampleRate, () => SampleRate),
            ClipSamples = ClipSamples,
            Model = preset.Create(),
            Training = preset.Training with { Epochs = epochs, BatchSize = BatchSize, Seed = 1 },
            Device = "cpu",
            FeatureMemory = memory,
        };
        var usage = new Usage(epochs * StepsPerEpoch);
        var clock = Stopwatch.StartNew();

        TrainingSession.Run(device, config, clips, folder[$"{network}-{memory}"], resume: false, usage);

        output.WriteLine($"{network}, features on {memory}: {usage.Done} steps in {clock.Elapsed.TotalSeconds:0} s");
        output.WriteLine("step      managed KiB   resident KiB   handles   threads");
        usage.Taken.ForEach(one => output.WriteLine(
            $"{one.Step,8}  {one.Managed / 1024,11}  {one.Resident / 1024,13}  {one.Handles,8}  {one.Threads,8}"));
        Assert.True(usage.Done >= Steps, $"{usage.Done} steps");

        // The first third fills pools and compiles; behind it, the means of the two halves of what is left.
        Usage.Sample[] late = [.. usage.Taken.Skip(usage.Taken.Count / 3)];
        Usage.Sample[] first = late[..(late.Length / 2)], second = late[(late.Length / 2)..];
        Flat("managed bytes", one => one.Managed, 256 << 10);
        Flat("resident bytes", one => one.Resident, 8 << 20);
        Flat("handles", one => one.Handles, 1);
        Flat("threads", one => one.Threads, 2);

        void Flat(string what, Func<Usage.Sample, double> of, double bound)
        {
            double growth = second.Average(of) - first.Average(of);
            Assert.True(growth <= bound, $"{what} grew by {growth:0} where {bound:0} is allowed");
        }
    }

    /// <summary>Looks at the process, so many times a run.</summary>
    private sealed class Usage(int steps) : ITrainingObserver
    {
        public List<Sample> Taken { get; } = [];

        public int Done { get; private set; }

        public void StepDone(int epoch, int step, int stepsOfEpoch)
        {
            Done++;
            if (Done % Math.Max(1, steps / Samples) == 0)
            {
                Taken.Add(new Sample(
                    Done, GC.GetTotalMemory(forceFullCollection: true), Resident(),
                    Directory.GetFileSystemEntries("/proc/self/fd").Length,
                    Directory.GetFileSystemEntries("/proc/self/task").Length));
            }
        }

        private static long Resident() => 1024 * long.Parse(
            File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
                .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture);

        public readonly record struct Sample(int Step, long Managed, long Resident, int Handles, int Threads);
    }
}
