// Between-class mixing: the formula, on every body; levels by the ear; draws by seed, epoch and clip alone.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Augmentation;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class SoundMixerTests
{
    private const int Rate = 1000;
    private const ulong Seed = 77;

    public static TheoryData<string, int> Lengths => TestDevices.Times<int>([50, 300]);

    /// <summary>Clips that are shorter than a frame of 128 samples, and longer.</summary>
    [Theory]
    [MemberData(nameof(Lengths))]
    public void SoundMixer_OnAnyDevice_IsTheFormula(string selector, int samples)
    {
        int[] clips = [4, 0, 2];
        float[] x = Randoms.Normal(3 * samples, seed: 1, scale: 0.1f);
        for (int i = 0; i < samples; i++)
        {
            x[i] *= 0.05f;
        }

        (float[] y, int[] seconds, float[] shares) = Mix(selector, clips, samples, x, share: 1);

        Assert.Equal([11, 12, 10], seconds);
        Assert.All(shares, share => Assert.InRange(share, 0, 0.5f));
        double[] levels = [.. x.Chunk(samples).Select(clip => Level([.. clip.Select(value => (double)value)]))];
        for (int row = 0; row < 3; row++)
        {
            Assert.Equal(0.5 * Uniform(clips[row], AugmentationDraws.BetweenRatio), shares[row], 1e-6);
            int next = (row + 1) % 3;
            double r = 1 - shares[row];
            double p = 1 / (1 + (Math.Pow(10, (levels[row] - levels[next]) / 20) * (1 - r) / r));
            double[] expected =
            [
                .. Enumerable.Range(0, samples).Select(n =>
                    ((p * x[(row * samples) + n]) + ((1 - p) * x[(next * samples) + n])) /
                    Math.Sqrt((p * p) + ((1 - p) * (1 - p)))),
            ];
            Closeness.Close(
                $"row {row}", y[(row * samples)..((row + 1) * samples)].ToDouble(), expected, 2e-5, samples);
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void SoundMixer_WhereAClipIsNotDrawn_LeavesItAsItIs(string selector)
    {
        const int samples = 40;
        int[] clips = [.. Enumerable.Range(0, 12)];
        float[] x = Randoms.Normal(clips.Length * samples, seed: 2);

        (float[] y, _, float[] shares) = Mix(selector, clips, samples, x, share: 0.5);

        for (int row = 0; row < clips.Length; row++)
        {
            bool mixed = Uniform(clips[row], AugmentationDraws.BetweenClasses) < 0.5;
            Assert.Equal(mixed, shares[row] > 0);
            Assert.Equal(
                !mixed, x.AsSpan(row * samples, samples).SequenceEqual(y.AsSpan(row * samples, samples)));
        }

        Assert.InRange(shares.Count(share => share > 0), 1, 11);
    }

    /// <summary>IEC 61672 gives 0 dB at 1 kHz, -19.1 dB at 100 Hz, 1.0 dB at 4 kHz, -2.5 dB at 10 kHz.</summary>
    [Theory]
    [InlineData(100, -19.1)]
    [InlineData(1000, 0)]
    [InlineData(4000, 1.0)]
    [InlineData(10_000, -2.5)]
    public void AWeighting_OfAFrequency_IsTheStandards(int hertz, double decibels)
    {
        float[] weights = ClipLevels.Weights(sampleRate: 32_000, length: 32_000 / 20);

        Assert.Equal(decibels, 10 * Math.Log10(weights[hertz / 20]), 0.06);
    }

    [Fact]
    public void FramesOfLevels_AreThoseOfTheSource()
    {
        Assert.Equal(2048, ClipLevels.LengthOf(16_000));
        Assert.Equal(4096, ClipLevels.LengthOf(44_100));
    }

    [Fact]
    public void Mixup_AndBetweenClassMixing_AreRefusedTogether() => Assert.Contains(
        "both mix clips",
        Assert.Throws<ArgumentException>(() => AugmentationOptions.Parse("mixup,bc-mix")).Message,
        StringComparison.Ordinal);

    private static (float[] Y, int[] Seconds, float[] Shares) Mix(
        string selector, int[] clips, int samples, float[] x, double share)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Shape(clips.Length, samples);
        var mixer = new SoundMixer(
            device, new AugmentationOptions { BetweenClasses = share }, Seed, clips.Length, samples, Rate);
        var progress = new TrainingProgress(device);
        progress.SetEpoch(3);
        Tensor<float> y = device.Allocate<float>(shape);
        int[] targets = [.. Enumerable.Range(10, clips.Length)];

        mixer.Apply(
            device.Upload<float>(shape, x), device.Upload<int>(new Shape(clips.Length), targets),
            device.Upload<int>(new Shape(clips.Length), clips), progress, y);

        return (y.ToArray(), mixer.Mixed.Targets.ToArray(), mixer.Mixed.Shares.ToArray());
    }

    private static double Uniform(int clip, int slot) =>
        Philox.ToUniform(AugmentationDraws.Word(Seed, 3, clip, slot));

    /// <summary>The level in dB by the definition, with a plain Fourier sum.</summary>
    private static double Level(double[] clip)
    {
        const int length = 128;
        double most = 1e-8;
        for (int start = 0; start == 0 || start + length <= clip.Length; start += length / 2)
        {
            double power = 0;
            for (int k = 0; k <= length / 2; k++)
            {
                double re = 0;
                double im = 0;
                for (int n = 0; n < length && start + n < clip.Length; n++)
                {
                    double value = clip[start + n] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * n / length)));
                    re += value * Math.Cos(2 * Math.PI * k * n / length);
                    im += value * Math.Sin(2 * Math.PI * k * n / length);
                }

                double f2 = Math.Pow((double)k * Rate / length, 2);
                double ra = 12194.0 * 12194 * f2 * f2 / ((f2 + (20.6 * 20.6)) *
                    Math.Sqrt((f2 + (107.7 * 107.7)) * (f2 + (737.9 * 737.9))) * (f2 + (12194.0 * 12194)));
                power += Math.Max(1e-8, ra * ra * Math.Pow(10, 0.2)) * ((re * re) + (im * im));
            }

            most = Math.Max(most, power);
        }

        return 10 * Math.Log10(most);
    }
}
