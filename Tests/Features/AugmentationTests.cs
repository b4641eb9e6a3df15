// Augmentation: every body makes the same changes, they are what the options say, and they depend on nothing but seed,
// epoch and clip.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Augmentation;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class AugmentationTests
{
    private const int Samples = 300;
    private const int Rate = 1000;
    private const ulong Seed = 0x0123_4567_89AB_CDEF;

    private static readonly Dictionary<string, AugmentationOptions> Sounds = new()
    {
        ["nothing"] = new(),
        ["shift"] = new() { Shift = 0.05 },
        ["speed"] = new() { Speed = 0.2 },
        ["gain"] = new() { Gain = 12 },
        ["white noise"] = new() { Noise = NoiseColor.White, NoiseLow = 0, NoiseHigh = 20 },
        ["pink noise"] = new() { Noise = NoiseColor.Pink, NoiseLow = 3, NoiseHigh = 3 },
        ["all"] = new() { Shift = 0.075, Speed = 0.5, Gain = 3, Noise = NoiseColor.White },
    };

    private static readonly Dictionary<string, AugmentationOptions> Features = new()
    {
        ["nothing"] = new(),
        ["time masks"] = new() { TimeMasks = 2, TimeMaskFrames = 5 },
        ["band masks"] = new() { BandMasks = 8, BandMaskRows = 50 },
        ["warp"] = new() { Warp = 0.3 },
        ["tilt"] = new() { Tilt = 0.5 },
        ["mixup"] = new() { Mixup = 0.5 },
        ["all"] = new() { TimeMasks = 1, BandMasks = 1, BandMaskRows = 3, Warp = 0.1, Tilt = 0.2, Mixup = 0.3 },
    };

    public static TheoryData<string, string> SoundCases => TestDevices.Times(Sounds.Keys);

    public static TheoryData<string, string> FeatureCases => TestDevices.Times(Features.Keys);

    [Theory]
    [MemberData(nameof(SoundCases))]
    public void SoundAugmenter_OnAnyDevice_IsTheFormula(string selector, string name)
    {
        int[] clips = [4, 0, 2];
        float[] x = Randoms.Normal(3 * Samples, seed: 1);

        float[] y = Sound(selector, Sounds[name], clips, epoch: 2, x);

        for (int row = 0; row < 3; row++)
        {
            double[] expected = ReferenceSound(
                Sounds[name], clips[row], epoch: 2, x[(row * Samples)..((row + 1) * Samples)]);
            Closeness.Close(
                $"{name}, clip {clips[row]}", y[(row * Samples)..((row + 1) * Samples)].ToDouble(), expected, 1e-4,
                Samples);
        }
    }

    [Theory]
    [MemberData(nameof(FeatureCases))]
    public void FeatureAugmenter_OnAnyDevice_IsTheFormula(string selector, string name)
    {
        var shape = new Shape(3, 14, 20);
        int[] clips = [7, 3, 1];
        float[] x = Randoms.Normal(shape.Length, seed: 2);
        AugmentationOptions options = Features[name];

        (float[] y, int[] seconds, float[] shares) = Feature(selector, options, clips, epoch: 3, shape, rows: 7, x);

        Assert.Equal([11, 12, 10], seconds);
        for (int row = 0; row < 3; row++)
        {
            double share = options.Mixup * Uniform(3, clips[row], AugmentationDraws.Mixup);
            Assert.Equal(share, shares[row], 1e-6);
            double[] own = ReferenceFeatures(options, clips[row], 3, x.AsSpan(row * 280, 280), 14, 7, 20);
            int next = (row + 1) % 3;
            double[] other = ReferenceFeatures(options, clips[next], 3, x.AsSpan(next * 280, 280), 14, 7, 20);
            Closeness.Close(
                $"{name}, clip {clips[row]}", y[(row * 280)..((row + 1) * 280)].ToDouble(),
                [.. own.Zip(other, (a, b) => ((1 - share) * a) + (share * b))], 1e-5, 14, 20);
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Augmentation_OfAClip_DependsOnNothingButSeedEpochAndClip(string selector)
    {
        AugmentationOptions sound = Sounds["all"];
        float[] x = Randoms.Normal(Samples, seed: 3);
        float[] alone = Sound(selector, sound, [5], epoch: 4, x);

        float[] third = Sound(selector, sound, [1, 2, 5], epoch: 4, [.. x, .. x, .. x]);

        Assert.Equal(alone, third[(2 * Samples)..]);
        Assert.NotEqual(alone, third[..Samples]);
        Assert.NotEqual(alone, Sound(selector, sound, [5], epoch: 5, x));
        Assert.NotEqual(alone, Sound(selector, sound, [5], epoch: 4, x, seed: Seed + 1));

        var shape = new Shape(1, 7, 20);
        AugmentationOptions feature = Features["all"] with { Mixup = 0 };
        float[] f = Randoms.Normal(shape.Length, seed: 4);
        Assert.Equal(
            Feature(selector, feature, [5], 4, shape, 7, f).Y,
            Feature(selector, feature, [9, 5], 4, new Shape(2, 7, 20), 7, [.. f, .. f]).Y[shape.Length..]);
    }

    [Fact]
    public void SoundAugmenter_WithNoise_HasTheRatioThatWasAskedFor()
    {
        foreach (NoiseColor color in (NoiseColor[])[NoiseColor.White, NoiseColor.Pink])
        {
            const int Long = 20_000;
            float[] x = Randoms.Normal(Long, seed: 5);
            var options = new AugmentationOptions { Noise = color, NoiseLow = 12, NoiseHigh = 12 };
            float[] y = Sound("cpu", options, [0], epoch: 1, x, samples: Long);
            double signal = x.Sum(value => (double)value * value);
            double noise = x.Zip(y, (a, b) => ((double)b - a) * (b - a)).Sum();
            Assert.Equal(12, 10 * Math.Log10(signal / noise), 0.5);
        }
    }

    [Fact]
    public void SoundAugmenter_PinkNoise_FallsWithFrequency()
    {
        const int Long = 1 << 14;
        float[] x = [.. Enumerable.Repeat(1f, Long)];
        var options = new AugmentationOptions { Noise = NoiseColor.Pink, NoiseLow = 0, NoiseHigh = 0 };
        double[] noise = [.. Sound("cpu", options, [0], epoch: 1, x, samples: Long).Select(value => value - 1.0)];

        // The power of differences over d samples grows with the power below the frequency rate / d.
        double near = Difference(noise, 1);
        double middle = Difference(noise, 8);
        double far = Difference(noise, 64);

        Assert.InRange(middle / near, 1.5, 6);
        Assert.InRange(far / middle, 1.2, 4);

        static double Difference(double[] values, int distance) => Enumerable
            .Range(0, values.Length - distance)
            .Average(i => (values[i + distance] - values[i]) * (values[i + distance] - values[i]));
    }

    [Fact]
    public void SoundAugmenter_AtAnotherSpeed_PlaysAToneAtAnotherPitch()
    {
        const int Long = 4000;
        var options = new AugmentationOptions { Speed = 0.2 };
        float[] tone = [.. Enumerable.Range(0, Long).Select(n => MathF.Sin(2 * MathF.PI * n / 20))];
        float[] y = Sound("cpu", options, [3], epoch: 1, tone, samples: Long);
        double speed = ReferenceSpeed(options, 3, 1);
        Assert.NotEqual(1, speed, 0.01);

        // The table's sincs cut off at 0.95 of the band and are 16 taps long: -50 dB of error at a tenth of the rate.
        for (int n = 20; n < 3000; n++)
        {
            Assert.Equal(Math.Sin(2 * Math.PI * n * speed / 20), y[n], 0.01);
        }
    }

    [Fact]
    public void AugmentationOptions_Parsed_AreWhatTheListSays()
    {
        Assert.Equal(AugmentationOptions.None, AugmentationOptions.Parse("none"));
        Assert.Equal(
            new AugmentationOptions
            {
                Shift = 0.2,
                Speed = 0.1,
                Noise = NoiseColor.Pink,
                NoiseLow = 5,
                NoiseHigh = 25,
                TimeMasks = 1,
                TimeMaskFrames = 4,
                BandMasks = 2,
                Mixup = 0.3,
            },
            AugmentationOptions.Parse("shift=0.2, speed, pink-noise=5:25, time-masks=1:4, band-masks, mixup"));
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("shift=far")]
    [InlineData("shift=-1")]
    [InlineData("speed=0.6")]
    [InlineData("noise=20")]
    [InlineData("noise=20:10")]
    [InlineData("background=")]
    [InlineData("background=noise:20:10")]
    [InlineData("rir=0.5")]
    [InlineData("rir=rooms:2")]
    [InlineData("time-masks=2")]
    [InlineData("time-masks=1.5:4")]
    [InlineData("band-masks=9:4")]
    [InlineData("mixup=0.7")]
    [InlineData("tilt=4")]
    [InlineData("")]
    public void AugmentationOptions_ThatMakeNoSense_AreRefused(string text)
    {
        Assert.Throws<ArgumentException>(() => AugmentationOptions.Parse(text));
    }

    public static TheoryData<string> Names => [.. Augmentations.Names];

    public static TheoryData<string> NamesWithAUsualValue =>
        [.. Augmentations.All.Where(one => one.HasUsual).Select(one => one.Name)];

    [Fact]
    public void Augmentation_OfRowsBehindTheEndOfTheOrder_IsRefusedOnTheHost()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        // It begins at its second entry, and two rows are asked for.
        Tensor<int> order = device.Upload<int>(new Shape(2), [0, 1]);
        var options = AugmentationOptions.Parse("gain,time-masks");
        Tensor<float> sound = device.Allocate<float>(new Shape(2, Samples));
        Tensor<float> features = device.Allocate<float>(new Shape(2, 4, 20));
        Tensor<int> targets = device.Allocate<int>(new Shape(2));
        var soundAugmenter = new SoundAugmenter(device, options, Seed, 2, Samples, Rate);
        var featureAugmenter = new FeatureAugmenter(device, options, Seed, features.Shape, 4);

        Assert.Throws<ArgumentException>(() => soundAugmenter.Apply(
            sound, order, ProgressAt(device, 1), device.Allocate<float>(sound.Shape)));
        Assert.Throws<ArgumentException>(() => featureAugmenter.Apply(
            features, targets, order, ProgressAt(device, 1), device.Allocate<float>(features.Shape)));
    }

    [Fact]
    public void Augmentations_InTheReadme_AreThoseOfTheTable() => Assert.Equal(
        Augmentations.All.Select(one => $"| `{one.Form}` | {one.Usual} | {one.Sentence} |"),
        ReadmeTable.Rows("`--augment`"));

    [Fact]
    public void Augmentations_InTheHelp_AreThoseOfTheTable()
    {
        string help = CliRun.HelpOf("train");
        Assert.All(
            Augmentations.All,
            one => Assert.Contains($"{one.Form} ({one.Usual}): {one.Sentence}", help, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(NamesWithAUsualValue))]
    public void Augmentation_ByItsNameAlone_TakesItsUsualValueAndIsOn(string name)
    {
        NamedAugmentation named = Augmentations.Find(name)!;
        var options = AugmentationOptions.Parse(name);

        Assert.True(options.IsOn);
        Assert.Equal(options, AugmentationOptions.Parse($"{name}={named.Usual}"));
    }

    [Fact]
    public void Augmentation_ThatHasNoUsualValue_AsksForOne() => Assert.All(
        Augmentations.All.Where(one => !one.HasUsual),
        named => Assert.EndsWith(
            $"give {named.Form}",
            Assert.Throws<ArgumentException>(() => AugmentationOptions.Parse(named.Name)).Message,
            StringComparison.Ordinal));

    [Theory]
    [InlineData("background", "_background_noise_", 0, 20)]
    [InlineData("background=5:15", "_background_noise_", 5, 15)]
    [InlineData("background=noise/", "noise/", 0, 20)]
    [InlineData("background=noise:-5:15.5", "noise", -5, 15.5)]
    [InlineData("background=C:\\noise", "C:\\noise", 0, 20)]
    [InlineData("background=C:\\noise:5:15", "C:\\noise", 5, 15)]
    public void Background_Parsed_HasItsFolderBeforeTheNumbers(string text, string folder, double low, double high)
    {
        var options = AugmentationOptions.Parse(text);

        Assert.Equal((folder, low, high), (options.Background!.Folder, options.BackgroundLow, options.BackgroundHigh));
        Assert.True(options.ChangesSound);
    }

    [Fact]
    public void Rooms_Parsed_HaveTheirFolderBeforeTheShare()
    {
        Assert.Equal(
            AugmentationOptions.None with { Rooms = new RecordingFolder { Folder = "rooms" }, RoomShare = 0.25 },
            AugmentationOptions.Parse("rir=rooms:0.25"));
        Assert.True(AugmentationOptions.Parse("rir=rooms").ChangesSound);
    }

    /// <summary>What a row of the table sets is checked by the same row.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Augmentation_BeyondItsRange_IsRefusedByName(string name)
    {
        NamedAugmentation named = Augmentations.Find(name)!;
        AugmentationOptions usual = AugmentationOptions.Parse(named.HasUsual ? name : $"{name}=folder");
        foreach (AugmentationValue value in named.Values)
        {
            foreach (double beyond in (double[])[value.Least - 1, value.Most + 1])
            {
                string message = Assert.Throws<ArgumentException>(value.Set(usual, beyond).Validate).Message;
                Assert.Contains($"{value.Unit} {beyond}", message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("shfit=0.1", "did you mean 'shift'?")]
    [InlineData("pink_noise", "did you mean 'pink-noise'?")]
    [InlineData("reverberation", "give none, or a list of shift=SECONDS, speed=SHARE")]
    [InlineData("noise=20", "give noise=DB:DB, or noise alone for noise=10:40")]
    public void Augmentation_ThatIsNotUnderstood_IsRefusedWithWhatMayStandThere(string text, string told)
    {
        string message = Assert.Throws<ArgumentException>(() => AugmentationOptions.Parse(text)).Message;
        Assert.Contains(told, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shift_BeyondAQuarterOfAClip_IsThatQuarter_AndTold()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu");
        List<string> remarks = [];
        device.Remarked += remarks.Add;
        float[] x = Randoms.Normal(Samples, seed: 1);

        _ = new SoundAugmenter(device, new AugmentationOptions { Shift = 0.075 }, Seed, 1, Samples, Rate);
        Assert.Empty(remarks);
        _ = new SoundAugmenter(device, new AugmentationOptions { Shift = 2 }, Seed, 1, Samples, Rate);

        Assert.Equal(["shift is 0.08 s, a quarter of a clip, where 2 s were asked for"], remarks);
        Assert.Equal(
            Sound("cpu", new AugmentationOptions { Shift = 0.075 }, [3], epoch: 2, x),
            Sound("cpu", new AugmentationOptions { Shift = 2 }, [3], epoch: 2, x));
    }

    private static float[] Sound(
        string selector, AugmentationOptions options, int[] clips, int epoch, float[] x, ulong seed = Seed,
        int samples = Samples)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Shape(clips.Length, samples);
        // The order is longer than the mini-batch, which begins at its second entry.
        Tensor<int> order = device.Upload<int>(new Shape(clips.Length + 1), [99, .. clips]);
        Tensor<float> y = device.Allocate<float>(shape);
        new SoundAugmenter(device, options, seed, clips.Length, samples, Rate).Apply(
            device.Upload<float>(shape, x), order, ProgressAt(device, epoch), y);
        return y.ToArray();
    }

    private static (float[] Y, int[] SecondTargets, float[] SecondShares) Feature(
        string selector, AugmentationOptions options, int[] clips, int epoch, Shape shape, int rows, float[] x)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<int> order = device.Upload<int>(new Shape(clips.Length + 1), [99, .. clips]);
        Tensor<int> targets = device.Upload<int>(
            new Shape(clips.Length), [.. Enumerable.Range(10, clips.Length)]);
        Tensor<float> y = device.Allocate<float>(shape);
        var augmenter = new FeatureAugmenter(device, options, Seed, shape, rows);
        augmenter.Apply(device.Upload<float>(shape, x), targets, order, ProgressAt(device, epoch), y);
        return (y.ToArray(), augmenter.Mixed.Targets.ToArray(), augmenter.Mixed.Shares.ToArray());
    }

    /// <summary>A training at the second entry of the order.</summary>
    private static TrainingProgress ProgressAt(ComputeDevice device, int epoch)
    {
        var progress = new TrainingProgress(device);
        progress.SetEpoch(epoch);
        progress.MoveOn(1);
        return progress;
    }

    private static double Uniform(int epoch, int clip, int slot) =>
        Philox.ToUniform(AugmentationDraws.Word(Seed, epoch, clip, slot));

    private static double Spread(int epoch, int clip, int slot) => (2 * Uniform(epoch, clip, slot)) - 1;

    private static int Below(int epoch, int clip, int slot, int bound) =>
        (int)(AugmentationDraws.Word(Seed, epoch, clip, slot) * (double)bound / 4294967296.0);

    private static double ReferenceSpeed(AugmentationOptions options, int clip, int epoch)
    {
        const int Unit = 1 << 20;
        int range = (int)Math.Round(options.Speed * Unit);
        return (double)(Unit - range + Below(epoch, clip, AugmentationDraws.Speed, (2 * range) + 1)) / Unit;
    }

    private static double[] ReferenceSound(AugmentationOptions options, int clip, int epoch, float[] x)
    {
        int most = (int)Math.Round(options.Shift * Rate);
        int shift = Below(epoch, clip, AugmentationDraws.Shift, (2 * most) + 1) - most;
        double speed = ReferenceSpeed(options, clip, epoch);
        double gain = Math.Pow(10, options.Gain * Spread(epoch, clip, AugmentationDraws.Gain) / 20);
        double[] played = [.. Enumerable.Range(0, x.Length).Select(n => Between(x, (n - shift) * speed))];
        double ratio = options.NoiseLow +
            ((options.NoiseHigh - options.NoiseLow) * Uniform(epoch, clip, AugmentationDraws.Ratio));
        double octaves = options.Noise == NoiseColor.Pink ? 10 : 1;
        double scale = Math.Sqrt(played.Average(v => v * v) / (octaves / 3)) * Math.Pow(10, -ratio / 20);
        return [.. played.Select((v, n) => gain * (v + (scale * Noise(n))))];

        double Noise(int n) => options.Noise switch
        {
            NoiseColor.White => AugmentationDraws.WhiteSample(Seed, epoch, clip, n),
            NoiseColor.Pink => Enumerable.Range(0, 10)
                .Sum(octave => (double)AugmentationDraws.PinkValue(Seed, epoch, clip, octave, n >> octave)),
            _ => 0,
        };
    }

    /// <summary>The windowed sinc of 16 taps, computed for the place itself where the product has a table.</summary>
    private static double Between(float[] x, double place)
    {
        int sample = (int)Math.Floor(place);
        double rest = place - sample;
        if (rest == 0)
        {
            return sample >= 0 && sample < x.Length ? x[sample] : 0;
        }

        double[] weights = [.. Enumerable.Range(-7, 16).Select(tap =>
        {
            double t = tap - rest;
            double window = Math.Cos(Math.PI * t / 17);
            return Math.Sin(Math.PI * 0.95 * t) / (Math.PI * 0.95 * t) * window * window;
        })];
        double sum = 0;
        for (int tap = 0; tap < 16; tap++)
        {
            int at = sample + tap - 7;
            sum += at >= 0 && at < x.Length ? weights[tap] * x[at] : 0;
        }

        return sum / weights.Sum();
    }

    private static double[] ReferenceFeatures(
        AugmentationOptions options, int clip, int epoch, ReadOnlySpan<float> x, int channels, int rows, int frames)
    {
        double[] y = new double[channels * frames];
        for (int i = 0; i < y.Length; i++)
        {
            int block = i / frames / rows;
            int band = i / frames % rows;
            int t = i % frames;
            double place = Math.Min(
                band * (1 + (options.Warp * Spread(epoch, clip, AugmentationDraws.Warp))), rows - 1);
            int low = (int)place;
            int high = Math.Min(low + 1, rows - 1);
            double a = x[(((block * rows) + low) * frames) + t];
            double b = x[(((block * rows) + high) * frames) + t];
            bool masked = Masked(AugmentationDraws.TimeMasks, options.TimeMasks, options.TimeMaskFrames, frames, t) ||
                Masked(AugmentationDraws.BandMasks, options.BandMasks, options.BandMaskRows, rows, band);
            double u = ((2.0 * band) / (rows - 1)) - 1;
            double lift = options.Tilt *
                ((Spread(epoch, clip, AugmentationDraws.Slope) * u) +
                    (Spread(epoch, clip, AugmentationDraws.Bend) * ((1.5 * u * u) - 0.5)));
            y[i] = masked ? 0 : a + ((place - low) * (b - a)) + (block == 0 ? lift : 0);
        }

        return y;

        bool Masked(int slot, int count, int widest, int length, int index) => Enumerable.Range(0, count).Any(mask =>
        {
            int width = Below(epoch, clip, slot + (2 * mask), Math.Min(widest, length) + 1);
            int first = Below(epoch, clip, slot + (2 * mask) + 1, length - width + 1);
            return index >= first && index < first + width;
        });
    }
}
