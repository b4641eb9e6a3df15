// Clips of many rates and lengths in one block: each row is what the clip is alone, at the run's rate.

using NativeCnn.Engine.Devices;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class ClipBlockTests
{
    private const int Rate = 8000;

    private static readonly ClipFormat Format = new(FeatureOptions.Mfcc(Rate), 400);

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void ClipBlock_OfMixedRates_HasInEachRowWhatTheClipIsAlone(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        int[] rates = [8000, 16000, 16000, 44100, 8000, 11025, 8000];
        AudioClip[] clips = [.. rates.Select(rate => Tone(rate, rate / 10))];
        float[] rows = SamplesOf(device, 8, clips);
        for (int i = 0; i < clips.Length; i++)
        {
            Assert.Equal(SamplesOf(device, 1, clips[i]), rows[(i * 400)..((i + 1) * 400)]);
            // The same tone, whatever rate it was recorded at; its beginning is blurred.
            float[] expected = Tone(Rate, 400).Samples;
            Closeness.Close(
                $"row {i}", rows.AsSpan((i * 400) + 40, 340), expected.AsSpan(40, 340), 0.02, 340);
        }

        Assert.All(rows[(7 * 400)..], sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void ClipBlock_OfShortClips_FillsUpWithSilence()
    {
        AudioClip nothing = new([], 44100, 1, 16, AudioEncoding.Pcm);
        float[] rows = SamplesOf(TestDevices.Get("cpu"), 2, Tone(16000, 100), nothing);

        Assert.Contains(rows[..50], sample => Math.Abs(sample) > 0.1);
        Assert.All(rows[70..], sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void Clip_OfARateThatLies_IsRefusedByName()
    {
        AudioClip lying = new([0, 0], 9_999_991, 1, 16, AudioEncoding.Pcm);

        string message = Assert.Throws<AudioFormatException>(
            () => ClipBlock.ExpectFeasible(lying, "a.wav", Format with { ClipSamples = 80_000 })).Message;

        Assert.StartsWith("a.wav: its sample rate of 9999991 Hz", message, StringComparison.Ordinal);
    }

    /// <summary>The rows of a block on a device.</summary>
    private static float[] SamplesOf(ComputeDevice device, int rows, params AudioClip[] clips)
    {
        var lane = new FeatureLane(device, Format, rows);
        var block = new ClipBlock(Format, rows, device.IsHost ? lane.Samples : null);
        for (int i = 0; i < clips.Length; i++)
        {
            block.Add(i, clips[i], "tone");
        }

        lane.Compute(block);
        return lane.Samples.ToArray();
    }

    private static AudioClip Tone(int rate, int samples) => new(
        [.. Enumerable.Range(0, samples).Select(n => (float)Math.Sin(Math.Tau * 440 * n / rate))], rate, 1, 16,
        AudioEncoding.Pcm);
}
