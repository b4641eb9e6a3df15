// Features are the same bits on the device, in memory and on disk, computed or from the cache; and a mini-batch that is
// taken from them is too.

using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Features.Synthesis;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class FeaturePipelineTests : IDisposable
{
    private const int Clips = 150;
    private const int Unreadable = 40;
    private const int Batch = 16;

    private static readonly ClipFormat Format = new(FeatureOptions.Mfcc(8000), 900);

    private readonly TemporaryFolder sounds = new();
    private readonly TemporaryFolder cache = new();

    public FeaturePipelineTests()
    {
        for (int i = 0; i < Clips; i++)
        {
            // Now and then a clip of another rate, of floats, shorter or longer.
            int rate = i % 31 == 5 ? 11025 : 8000;
            float[] samples = SoundSynthesizer.Generate(i % 10, i, rate, i % 7 == 3 ? 0.2 : 0.1, seed: 3);
            byte[] file = i % 13 == 4
                ? WavWriter.EncodeFloat32(samples, rate)
                : WavWriter.EncodePcm16(samples, rate);
            File.WriteAllBytes(sounds[$"{i}.wav"], i == Unreadable ? file[..20] : file);
            File.SetLastWriteTimeUtc(sounds[$"{i}.wav"], DateTime.UtcNow.AddHours(-1));
        }
    }

    public void Dispose()
    {
        sounds.Dispose();
        cache.Dispose();
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void MiniBatches_WhereverTheirRowsAreKept_AreTheSameBits(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (float[] expected, Normalizer normalizer) = Pass(device, FeatureMemory.Device, null);
        foreach (FeatureMemory memory in (FeatureMemory[])[FeatureMemory.Host, FeatureMemory.Disk])
        {
            (float[] rows, Normalizer same) = Pass(device, memory, null);
            Assert.Equal(expected, rows);
            Assert.Equal(normalizer.Mean.ToArray(), same.Mean.ToArray());
            Assert.Equal(normalizer.Deviation.ToArray(), same.Deviation.ToArray());
        }
    }

    [Theory]
    [InlineData("cpu", FeatureMemory.Device)]
    [InlineData("cpu", FeatureMemory.Host)]
    [InlineData("cpu", FeatureMemory.Disk)]
    [InlineData("ptx", FeatureMemory.Device)]
    public void MiniBatches_FromTheCache_AreTheSameBits(string selector, FeatureMemory memory)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (float[] expected, _) = Pass(device, FeatureMemory.Device, null);
        Assert.Equal(expected, Pass(device, memory, Open()).Rows);
        FeatureCache again = Open();
        Assert.Equal(expected, Pass(device, memory, again).Rows);
        Assert.Equal((Clips - 1, 1), (again.Hits, again.Misses));

        // A third has new times: only their content tells that the cache has them.
        for (int i = 0; i < Clips; i += 3)
        {
            File.SetLastWriteTimeUtc(sounds[$"{i}.wav"], DateTime.UtcNow.AddHours(-2));
        }

        again = Open();
        Assert.Equal(expected, Pass(device, memory, again).Rows);
        Assert.Equal((Clips - 1, 1), (again.Hits, again.Misses));
    }

    [Fact]
    public void RowsOfHalves_WhereverTheyAreKept_AreTheNearestHalves()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        ClipFormat half = Format with { Precision = FeaturePrecision.Fp16 };
        float[] single = Features(Format, FeatureMemory.Device, null);
        float[] expected = Array.ConvertAll(single, value => (float)(Half)value);

        Assert.NotEqual(single, expected);
        foreach (FeatureMemory memory in (FeatureMemory[])[FeatureMemory.Device, FeatureMemory.Host, FeatureMemory.Disk])
        {
            Assert.Equal(expected, Features(half, memory, null));
            Assert.Equal(expected, Features(half, memory, Open()));
            FeatureCache again = Open();
            Assert.Equal(expected, Features(half, memory, again));
            Assert.Equal(Clips - 1, again.Hits);
        }

        float[] Features(ClipFormat format, FeatureMemory memory, FeatureCache? cache) => RowsOf(
            device,
            FeatureSet.Compute(
                device, Entries(), new FileClipReader(), format,
                new FeatureSetOptions { Memory = memory, Cache = cache }),
            Format.Channels * Format.Frames);
    }

    [Fact]
    public void Files_ThatTheCacheKnows_AreNotOpened()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        ClipEntry[] entries = [.. Entries().Where((_, i) => i != Unreadable)];
        FeatureSet.Compute(device, entries, new FileClipReader(), Format, new FeatureSetOptions { Cache = Open() });
        var reader = new CountingReader();

        FeatureSet.Compute(device, entries, reader, Format, new FeatureSetOptions { Cache = Open() });

        Assert.Equal(0, reader.Opened);
    }

    [Fact]
    public void File_ChangedToTheSameLength_IsReadAgain()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Pass(device, FeatureMemory.Device, Open());
        byte[] file = File.ReadAllBytes(sounds["1.wav"]);
        file[^1] ^= 0x10;
        File.WriteAllBytes(sounds["1.wav"], file);
        (float[] expected, _) = Pass(device, FeatureMemory.Device, null);

        FeatureCache again = Open();
        Assert.Equal(expected, Pass(device, FeatureMemory.Device, again).Rows);
        Assert.Equal((Clips - 2, 2), (again.Hits, again.Misses));
    }

    [Fact]
    public void RowsOnDisk_OfACacheThatIsTooSmall_GoWithTheProcess()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        (float[] expected, _) = Pass(device, FeatureMemory.Device, null);
        var small = FeatureCache.In(cache.Path, limit: 10_000);

        Assert.Equal(expected, Pass(device, FeatureMemory.Disk, small).Rows);
        Assert.Empty(Directory.EnumerateFiles(cache.Path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void RowsOnDisk_InAFolderThatCannotBeWritten_AreKeptWithoutACache()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        (float[] expected, _) = Pass(device, FeatureMemory.Device, null);
        var blocked = FeatureCache.In(cache.Text("file", "in the way"));

        Assert.Equal(expected, Pass(device, FeatureMemory.Disk, blocked).Rows);
        Assert.NotNull(blocked.Trouble);
    }

    [Theory]
    [InlineData(FeatureMemory.Device)]
    [InlineData(FeatureMemory.Host)]
    [InlineData(FeatureMemory.Disk)]
    public void Sound_ThatIsKept_IsWhatWasDecoded(FeatureMemory memory)
    {
        ComputeDevice device = TestDevices.Get("cpu");
        FeatureSet set = FeatureSet.Compute(
            device, Entries(), new FileClipReader(), Format,
            new FeatureSetOptions { Memory = memory, KeepSamples = true });
        float[] rows = RowsOf(device, set, Format.ClipSamples);
        int row = 0;
        for (int i = 0; i < Clips; i++)
        {
            if (i == Unreadable)
            {
                continue;
            }

            AudioClip clip = AudioFile.Read(sounds[$"{i}.wav"]);
            if (clip.SampleRate == 8000)
            {
                Assert.Equal(ClipShaper.Fit(clip.Samples, 900), rows[(row * 900)..((row + 1) * 900)]);
            }

            row++;
        }
    }

    [Fact]
    public void Cancelled_ThePipelineEndsAndLeavesNothing()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => FeatureSet.Compute(
            TestDevices.Get("cpu"), Entries(), new FileClipReader(), Format,
            new FeatureSetOptions { Cache = Open(), Done = _ => stop.Cancel() }, stop.Token));

        Assert.Empty(Directory.EnumerateFiles(cache.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Progress_CountsEveryClipOnce()
    {
        List<int> told = [];
        FeatureSet.Compute(
            TestDevices.Get("cpu"), Entries(), new FileClipReader(), Format,
            new FeatureSetOptions { Cache = Open(), Done = told.Add });

        Assert.Equal(Clips, told[^1]);
        Assert.Equal(told.Order(), told);
    }

    private FeatureCache Open() => FeatureCache.In(cache.Path);

    private ClipEntry[] Entries() =>
        [.. Enumerable.Range(0, Clips).Select(i => new ClipEntry(
            sounds[$"{i}.wav"], $"{i}.wav", i % 10, $"{i % 10}", null, null, new Dictionary<string, string>()))];

    /// <summary>Every row as it arrives in a mini-batch, standardised, in a shuffled order.</summary>
    private (float[] Rows, Normalizer Normalizer) Pass(
        ComputeDevice device, FeatureMemory memory, FeatureCache? cache)
    {
        FeatureSet set = FeatureSet.Compute(
            device, Entries(), new FileClipReader(), Format,
            new FeatureSetOptions { Memory = memory, Cache = cache });
        Assert.Equal(sounds[$"{Unreadable}.wav"], Assert.Single(set.Skipped).Path);
        Assert.Equal(Clips - 1, set.Count);
        Normalizer normalizer = set.FitNormalizer(Format);
        set.Normalize(normalizer);
        return (RowsOf(device, set, Format.Channels * Format.Frames), normalizer);
    }

    private static float[] RowsOf(ComputeDevice device, FeatureSet set, int rowLength)
    {
        int[] order = [.. Enumerable.Range(0, set.Count).Select(i => i * 7 % set.Count)];
        Tensor<int> onDevice = device.Upload<int>(new Shape(order.Length), order);
        var progress = new TrainingProgress(device);
        float[] rows = new float[set.Count * rowLength];
        set.Rows.Begin(order, [.. order.Chunk(Batch).Select(batch => batch.Length)]);
        for (int start = 0; start < order.Length; start += Batch)
        {
            int count = Math.Min(Batch, order.Length - start);
            Tensor<float> batch = rowLength == Format.ClipSamples
                ? device.Allocate<float>(new Shape(count, rowLength))
                : device.Allocate<float>(new Shape(count, Format.Channels, Format.Frames));
            Tensor<int> targets = device.Allocate<int>(new Shape(count));
            IBatchLoad load = set.Rows.Into(batch, targets, onDevice, progress);
            load.Fetch();
            load.BeginStep();
            progress.MoveOn(count);
            float[] values = batch.ToArray();
            int[] labels = targets.ToArray();
            for (int i = 0; i < count; i++)
            {
                values.AsSpan(i * rowLength, rowLength).CopyTo(rows.AsSpan(order[start + i] * rowLength));
                Assert.Equal(set.Clips[order[start + i]].LabelIndex, labels[i]);
            }

            load.Prefetch();
        }

        return rows;
    }

    /// <summary>Counts the files that are opened.</summary>
    private sealed class CountingReader : IClipReader
    {
        private readonly FileClipReader files = new();

        public int Opened { get; private set; }

        public bool IdentifiesClips => true;

        public AudioClip Read(ClipEntry entry, CancellationToken cancellation = default)
        {
            Opened++;
            return files.Read(entry, cancellation);
        }

        public UInt128? ContentKey(ClipEntry entry)
        {
            Opened++;
            return files.ContentKey(entry);
        }

        public UInt128? FileKey(ClipEntry entry) => files.FileKey(entry);
    }
}
