// The cache changes how long a run takes and nothing else: what comes from it is bit for bit what was computed, and
// whatever is wrong with it is computed again.

using NativeCnn.Engine.Devices;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Features.Synthesis;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class FeatureCacheTests : IDisposable
{
    private static readonly ClipFormat Format = new(FeatureOptions.Mfcc(8000), 2000);

    private readonly TemporaryFolder sounds = new();
    private readonly TemporaryFolder cache = new();

    public FeatureCacheTests()
    {
        for (int i = 0; i < 7; i++)
        {
            Write(i, i);
        }
    }

    public void Dispose()
    {
        sounds.Dispose();
        cache.Dispose();
    }

    [Fact]
    public void Cache_OnASecondRun_GivesTheSameBitsWithoutReadingAClip()
    {
        float[] uncached = Compute(null).Features.ToArray();
        FeatureCache first = Open();
        float[] computed = Compute(first).Features.ToArray();
        FeatureCache second = Open();
        var reader = new CountingReader();
        FeatureSet again = Compute(second, reader);

        Assert.Equal(uncached, computed);
        Assert.Equal(uncached, again.Features.ToArray());
        Assert.Equal([0, 1, 0, 1, 0, 1, 0], again.Labels.ToArray());
        Assert.Equal((0, 7, 7, 0), (first.Hits, first.Misses, second.Hits, second.Misses));
        Assert.Equal(0, reader.Reads);
        Assert.Null(second.Trouble);
    }

    [Fact]
    public void Cache_OfFilesThatMovedAndOneThatChanged_ComputesThatOneOnly()
    {
        Compute(Open());
        Write(3, 100);
        File.Move(sounds["5.wav"], sounds["50.wav"]);
        var reader = new CountingReader();
        FeatureCache again = Open();

        FeatureSet set = Compute(again, reader, Entries().Select(e => e.Path == sounds["5.wav"]
            ? e with { Path = sounds["50.wav"] }
            : e));

        Assert.Equal((6, 1, 1), (again.Hits, again.Misses, reader.Reads));
        Assert.Equal(Compute(null, null, set.Clips).Features.ToArray(), set.Features.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(40)]
    [InlineData(-1)]
    [InlineData(-20_000)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Cache_WithADamagedPack_ComputesWhatIsDamagedAndKeepsItAgain(int at)
    {
        float[] computed = Compute(Open()).Features.ToArray();
        string pack = Assert.Single(Packs());
        byte[] bytes = File.ReadAllBytes(pack);
        if (at == int.MaxValue)
        {
            bytes = bytes[..^100];
        }
        else if (at == int.MinValue)
        {
            bytes = [];
        }
        else
        {
            bytes[at < 0 ? bytes.Length + at : at] ^= 1;
        }

        File.WriteAllBytes(pack, bytes);

        FeatureCache mending = Open();
        Assert.Equal(computed, Compute(mending).Features.ToArray());
        Assert.True(mending.Misses > 0);
        FeatureCache mended = Open();
        Assert.Equal(computed, Compute(mended).Features.ToArray());
        Assert.Equal((7, 0), (mended.Hits, mended.Misses));
    }

    [Fact]
    public void Cache_OfOtherSettings_IsAnother()
    {
        Compute(Open());
        ClipFormat[] others =
        [
            Format with { ClipSamples = 2001 },
            Format with { Features = Format.Features with { Lifter = 22 } },
            Format with { Features = Format.Features with { SampleRate = 7999 } },
        ];
        foreach (ClipFormat other in others)
        {
            FeatureCache opened = Open();
            FeatureSet.Compute(
                TestDevices.Get("cpu"), Entries(), new FileClipReader(), other,
                new FeatureSetOptions { Cache = opened });
            Assert.Equal((0, 7), (opened.Hits, opened.Misses));
        }
    }

    [Fact]
    public void Cache_WithAClipThatCannotBeRead_SkipsItEachTime()
    {
        sounds.Text("1.wav", "this is no sound");
        FeatureSet first = Compute(Open());
        FeatureCache again = Open();
        FeatureSet second = Compute(again);

        Assert.Equal((6, 1), (again.Hits, again.Misses));
        Assert.Equal(sounds["1.wav"], Assert.Single(second.Skipped).Path);
        Assert.Equal(first.Features.ToArray(), second.Features.ToArray());
        Assert.Equal(first.Clips.Select(clip => clip.Path), second.Clips.Select(clip => clip.Path));
    }

    [Fact]
    public void Cache_ThatGrowsBeyondItsLimit_LosesWhatIsLongestUnused()
    {
        Compute(Open());
        long one = new FileInfo(Assert.Single(Packs())).Length;
        var small = FeatureCache.In(cache.Path, limit: one + (one / 2));
        FeatureSet.Compute(
            TestDevices.Get("cpu"), Entries(), new FileClipReader(), Format with { ClipSamples = 1999 },
            new FeatureSetOptions { Cache = small });

        Assert.Single(Packs());
        FeatureCache first = Open();
        Compute(first);
        Assert.Equal(0, first.Hits);
    }

    [Fact]
    public void Cache_WithWhatAKilledProcessLeft_LosesItAfterADay()
    {
        string old = cache.Text(".old.tmp", "half a pack");
        string young = cache.Text(".young.tmp", "being written");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));

        Compute(Open());

        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public void Cache_ThatCannotBeWritten_IsSaidAndChangesNothing()
    {
        string file = cache.Text("file", "in the way");
        var blocked = FeatureCache.In(file);

        Assert.Equal(Compute(null).Features.ToArray(), Compute(blocked).Features.ToArray());
        Assert.NotNull(blocked.Trouble);
    }

    [Fact]
    public void Cache_UsedByManyAtOnce_GivesEachTheSameBits()
    {
        float[] expected = Compute(null).Features.ToArray();
        var results = new float[8][];
        Parallel.For(0, results.Length, i =>
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", 1);
            results[i] = FeatureSet.Compute(
                device, Entries(), new FileClipReader(), Format, new FeatureSetOptions { Cache = Open() })
                .Features.ToArray();
        });

        Assert.All(results, result => Assert.Equal(expected, result));
        Assert.Empty(Directory.EnumerateFiles(cache.Path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void CacheOfOneRun_ForASecondFold_ReadsNothingAndLeavesNothing()
    {
        using var shared = FeatureCache.Temporary();
        float[] first = Compute(shared).Features.ToArray();
        var reader = new CountingReader();

        Assert.Equal(first, Compute(shared, reader).Features.ToArray());
        Assert.Equal(0, reader.Reads);
        shared.Dispose();
        Assert.False(Directory.Exists(shared.Folder));
    }

    [Fact]
    public void Survey_OnASecondRun_ReadsNothing()
    {
        var reader = new CountingReader();
        var source = new ClipSource(new DataSet("sounds", ["a", "b"], [.. Entries()]), reader);

        (int, double) first = (source with { Cache = Open() }).Survey();
        int reads = reader.Reads;
        (int, double) second = (source with { Cache = Open() }).Survey();

        Assert.Equal((8000, 0.25), first);
        Assert.Equal(first, second);
        Assert.Equal((7, 7), (reads, reader.Reads));
    }

    private FeatureCache Open() => FeatureCache.In(cache.Path);

    private string[] Packs() => Directory.GetFiles(cache.Path, "*.pack", SearchOption.AllDirectories);

    private void Write(int name, int example) => WavWriter.WritePcm16(
        sounds[$"{name}.wav"], SoundSynthesizer.Generate(name % 2, example, 8000, 0.25, 3), 8000);

    private ClipEntry[] Entries() =>
        [.. Enumerable.Range(0, 7).Select(i => new ClipEntry(
            sounds[$"{i}.wav"], $"{i}.wav", i % 2, i % 2 == 0 ? "a" : "b", null, null,
            new Dictionary<string, string>()))];

    private FeatureSet Compute(
        FeatureCache? cache, IClipReader? reader = null, IEnumerable<ClipEntry>? entries = null) =>
        FeatureSet.Compute(
            TestDevices.Get("cpu"), [.. entries ?? Entries()], reader ?? new FileClipReader(), Format,
            new FeatureSetOptions { Cache = cache });

    private sealed class CountingReader : IClipReader
    {
        private readonly FileClipReader files = new();
        private int reads;

        public int Reads => reads;

        public bool IdentifiesClips => true;

        public AudioClip Read(ClipEntry entry, CancellationToken cancellation = default)
        {
            Interlocked.Increment(ref reads);
            return files.Read(entry, cancellation);
        }

        public UInt128? ContentKey(ClipEntry entry) => files.ContentKey(entry);
    }
}
