// Clips of many rates and lengths in one batch: each row is what the clip is alone, at the run's rate.

using NativeCnn.Engine.Devices;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class ClipBatchTests
{
    private const int Rate = 8000;

    private static readonly ClipFormat Format = new(FeatureOptions.Mfcc(Rate), 400);

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void ClipBatch_OfMixedRates_HasInEachRowWhatTheClipIsAlone(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        int[] rates = [8000, 16000, 16000, 44100, 8000, 11025, 8000];
        DecodedClip[] clips = [.. rates.Select(rate => SampleSource.Cut(Tone(rate, rate / 10), "tone", Format))];
        var together = new ClipBatch(device, Format, 8);
        together.Load(clips, 0, clips.Length);
        float[] rows = together.Samples.ToArray();

        var alone = new ClipBatch(device, Format, 1);
        for (int i = 0; i < clips.Length; i++)
        {
            alone.Load(clips, i, 1);
            Assert.Equal(alone.Samples.ToArray(), rows[(i * 400)..((i + 1) * 400)]);
            // The same tone, whatever rate it was recorded at; its beginning is blurred.
            float[] expected = Tone(Rate, 400).Samples;
            Closeness.Close(
                $"row {i}", rows.AsSpan((i * 400) + 40, 340), expected.AsSpan(40, 340), 0.02, 340);
        }

        Assert.All(rows[(7 * 400)..], sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void ClipBatch_OfShortClips_FillsUpWithSilence()
    {
        var batch = new ClipBatch(TestDevices.Get("cpu"), Format, 2);
        batch.Load([SampleSource.Cut(Tone(16000, 100), "tone", Format), new DecodedClip([], 44100)], 0, 2);
        float[] rows = batch.Samples.ToArray();

        Assert.Contains(rows[..50], sample => Math.Abs(sample) > 0.1);
        Assert.All(rows[70..], sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void Clip_OfARateThatLies_IsRefusedByName()
    {
        AudioClip lying = new([0, 0], 9_999_991, 1, 16, AudioEncoding.Pcm);

        string message = Assert.Throws<AudioFormatException>(
            () => SampleSource.Cut(lying, "a.wav", Format with { ClipSamples = 80_000 })).Message;

        Assert.StartsWith("a.wav: its sample rate of 9999991 Hz", message, StringComparison.Ordinal);
    }

    private static AudioClip Tone(int rate, int samples) => new(
        [.. Enumerable.Range(0, samples).Select(n => (float)Math.Sin(Math.Tau * 440 * n / rate))], rate, 1, 16,
        AudioEncoding.Pcm);
}
