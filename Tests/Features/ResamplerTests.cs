// The resampler against torchaudio, and the laws that any resampler keeps.

using System.Text.Json;
using NativeCnn.Features.Audio;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public class ResamplerTests
{
    public static TheoryData<string> Golden => GoldenFolder.Family("resample-");

    [Theory]
    [MemberData(nameof(Golden))]
    public void Resample_OfTheirSignal_IsTheirs(string name)
    {
        if (GoldenFolder.Open(name) is not { } golden)
        {
            return;
        }

        JsonElement config = golden.Config;
        float[] ours = Resampler.Resample(
            golden.Floats("signal").Values,
            config.GetProperty("orig").GetInt32(),
            config.GetProperty("new").GetInt32());

        Closeness.Close(golden.Floats("resampled"), ours, 1e-4);
    }

    [Theory]
    [InlineData(8000, 16000)]
    [InlineData(44100, 8000)]
    [InlineData(11025, 16000)]
    [InlineData(7919, 8009)]
    [InlineData(44100, 9_999_991)]
    public void Resample_OfATone_IsTheSameToneAtTheOtherRate(int from, int to)
    {
        const double Hertz = 440;
        float[] tone = Tone(Hertz, from, from / 10);

        float[] ours = Resampler.Resample(tone, from, to);

        // The ends are blurred: the tone begins and stops there.
        float[] expected = Tone(Hertz, to, ours.Length);
        int edge = ours.Length / 10;
        Closeness.Close("tone", ours.AsSpan(edge..^edge), expected.AsSpan(edge..^edge), 0.02, ours.Length - (2 * edge));
    }

    [Theory]
    [InlineData(0, 8000, 16000, 0)]
    [InlineData(1, 8000, 16000, 2)]
    [InlineData(1, 44100, 8000, 1)]
    [InlineData(44100, 44100, 16000, 16000)]
    [InlineData(44101, 44100, 16000, 16001)]
    [InlineData(5, 8000, 8000, 5)]
    public void Resample_OfAnyLength_RoundsTheLengthUp(int samples, int from, int to, int expected)
    {
        float[] ours = Resampler.Resample(new float[samples], from, to);

        Assert.Equal(expected, ours.Length);
        Assert.All(ours, sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void Resample_ToTheSameRate_IsACopy()
    {
        float[] tone = Tone(440, 8000, 100);

        Assert.Equal(tone, Resampler.Resample(tone, 8000, 8000));
    }

    [Fact]
    public void Resampler_OfNoRate_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Resampler(0, 8000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Resampler(8000, -1));
    }

    private static float[] Tone(double hertz, int rate, int samples) =>
        [.. Enumerable.Range(0, samples).Select(n => (float)Math.Sin(Math.Tau * hertz * n / rate))];
}
