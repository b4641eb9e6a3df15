// A clock that is wrong, or was: what depends on the times of files must not take a file for another.
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Features.Synthesis;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Faults;

public sealed class ClockTests : IDisposable
{
    private static readonly ClipFormat Format = new(FeatureOptions.Mfcc(8000), 2000);

    private readonly TemporaryFolder sounds = new();
    private readonly TemporaryFolder cache = new();

    public void Dispose()
    {
        sounds.Dispose();
        cache.Dispose();
    }

    /// <summary>A file may be written again without its time telling where its time is no time of the past.</summary>
    [Theory]
    [InlineData(3600 * 24 * 365, false)]
    [InlineData(60, false)]
    [InlineData(0, false)]
    [InlineData(-60, true)]
    [InlineData(-3600 * 24 * 365 * 40, true)]
    public void FileKey_OfAFileByItsTime_TrustsThePastOnly(int secondsFromNow, bool trusted)
    {
        Write(1);
        File.SetLastWriteTimeUtc(sounds["0.wav"], DateTime.UtcNow.AddSeconds(secondsFromNow));

        Assert.Equal(trusted, new FileClipReader().FileKey(Entry) is not null);
    }

    [Fact]
    public void Cache_OfAFileOfTheFuture_IsByContent()
    {
        Write(1);
        DateTime future = DateTime.UtcNow.AddYears(1);
        File.SetLastWriteTimeUtc(sounds["0.wav"], future);
        float[] first = Compute(FeatureCache.In(cache.Path));

        // The same length and the same time, another sound.
        Write(2);
        File.SetLastWriteTimeUtc(sounds["0.wav"], future);

        Assert.Equal(Compute(null), Compute(FeatureCache.In(cache.Path)));
        Assert.NotEqual(first, Compute(FeatureCache.In(cache.Path)));
    }

    private ClipEntry Entry =>
        new(sounds["0.wav"], "0.wav", 0, "a", null, null, new Dictionary<string, string>());

    private void Write(int example) => WavWriter.WritePcm16(
        sounds["0.wav"], SoundSynthesizer.Generate(0, example, 8000, 0.25, 3), 8000);

    private float[] Compute(FeatureCache? kept) => FeatureSet.Compute(
        TestDevices.Get("cpu"), [Entry], new FileClipReader(), Format, new FeatureSetOptions { Cache = kept })
        .Features.ToArray();
}
