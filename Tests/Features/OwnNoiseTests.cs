// Recordings of the user's own in clips: mixed in at the ratio that was drawn, or convolved with as the definition
// says, the same by every body, whatever the mini-batch, with nothing taken or waited for in a step.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Augmentation;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class OwnNoiseTests
{
    private const int Samples = 300;
    private const int Rate = 1000;
    private const int Epoch = 3;
    private const ulong Seed = 0x0123_4567_89AB_CDEF;

    private static readonly int[] Clips = [4, 0, 2, 9, 7];

    private static readonly AugmentationOptions Mixed = AugmentationOptions.Parse("background=noise:-3:12");

    private static readonly AugmentationOptions Roomy = AugmentationOptions.Parse("rir=rooms:0.6");

    // Shorter than a clip, as long, longer.
    private static readonly float[][] Noises =
    [
        Randoms.Normal(40, seed: 11, 0.1), Randoms.Normal(Samples, seed: 12, 0.3), Randoms.Normal(1000, seed: 13),
    ];

    private static readonly float[][] Responses =
        [[1f], Randoms.Normal(37, seed: 14, 0.2), Randoms.Normal(Samples, seed: 15, 0.05)];

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Background_OnAnyDevice_IsTheFormulaAtTheRatioThatWasDrawn(string selector)
    {
        float[] x = Randoms.Normal(Clips.Length * Samples, seed: 16, 0.2);

        float[] y = Sound(selector, Mixed, Clips, x);

        HashSet<int> taken = [];
        for (int row = 0; row < Clips.Length; row++)
        {
            double[] clip = Row(x, row).ToDouble();
            double[] mixed = Row(y, row).ToDouble();
            double ratio = -3 + (15 * Uniform(Clips[row], AugmentationDraws.RecordingRatio));
            double difference = clip.Zip(mixed, (a, b) => (b - a) * (b - a)).Sum();
            Assert.Equal(ratio, 10 * Math.Log10(clip.Sum(v => v * v) / difference), 0.001);
            taken.Add(Below(Clips[row], AugmentationDraws.Recording, Noises.Length));
            Closeness.Close($"clip {Clips[row]}", mixed, ReferenceMix(clip, Clips[row]), 1e-5, Samples);
        }

        Assert.True(taken.Count > 1, "every clip drew the same recording");
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Background_OfASilentClipOrRecording_IsFinite(string selector)
    {
        float[] silent = new float[Clips.Length * Samples];
        float[] y = Sound(selector, Mixed, Clips, silent);
        for (int row = 0; row < Clips.Length; row++)
        {
            double ratio = -3 + (15 * Uniform(Clips[row], AugmentationDraws.RecordingRatio));
            double level = 20 * Math.Log10(Math.Sqrt(Row(y, row).ToDouble().Average(v => v * v)));
            Assert.Equal(-80 - ratio, level, 0.001);
        }

        float[] x = Randoms.Normal(silent.Length, seed: 17, 0.2);
        Assert.Equal(x, Sound(selector, Mixed, Clips, x, noises: [new float[700]]));
        float[] faint = [.. Enumerable.Repeat(1e-12f, 700)];
        Closeness.Close("clips", Sound(selector, Mixed, Clips, x, noises: [faint]), x, 1e-5, x.Length);
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Rooms_OnAnyDevice_AreTheConvolutionOfTheirShareOfTheClips(string selector)
    {
        float[] x = Randoms.Normal(Clips.Length * Samples, seed: 18);

        float[] y = Sound(selector, Roomy, Clips, x);

        int wet = 0;
        for (int row = 0; row < Clips.Length; row++)
        {
            if (!IsWet(Clips[row]))
            {
                Assert.Equal(Row(x, row).ToBits(), Row(y, row).ToBits());
                continue;
            }

            wet++;
            Closeness.Close(
                $"clip {Clips[row]}", Row(y, row).ToDouble(), ReferenceRoom(Row(x, row).ToDouble(), Clips[row]), 2e-5,
                Samples);
        }

        Assert.InRange(wet, 1, Clips.Length - 1);
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Rooms_SoManyClipsAtATime_AreTheSame(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] x = Randoms.Normal(Clips.Length * Samples, seed: 19);
        var shape = new Shape(Clips.Length, Samples);
        Tensor<float> y = device.Upload<float>(shape, x);

        // 1024 samples a transform: two clips at a time, the last alone.
        new RoomConvolver(
            device, Roomy, Seed, shape, new RecordingBank(device, Responses), mostSamples: 2048).Apply(
            y, device.Upload<int>(new Shape(Clips.Length + 1), [99, .. Clips]), ProgressAt(device));

        Closeness.Close("clips", y.ToArray(), Sound(selector, Roomy, Clips, x), 1e-5, x.Length);
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void OwnNoise_OfAClip_DependsOnNothingButSeedEpochAndClip(string selector)
    {
        AugmentationOptions options = AugmentationOptions.Parse("speed,rir=rooms:1,gain,background=noise:0:1");
        float[] x = Randoms.Normal(Samples, seed: 20);
        float[] alone = Sound(selector, options, [5], x);

        float[] third = Sound(selector, options, [1, 2, 5], [.. x, .. x, .. x]);

        // A host transforms rows side by side in vectors, each by the same operations.
        Closeness.Close("clip", Row(third, 2), alone, 1e-6, Samples);
        Assert.NotEqual(alone, Row(third, 0));
        Assert.NotEqual(alone, Sound(selector, options, [5], x, epoch: Epoch + 1));
        Assert.NotEqual(alone, Sound(selector, options, [5], x, seed: Seed + 1));
        Assert.Equal(alone, Sound(selector, options, [5], x));
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void SoundAugmenter_ChangesSpeedThenRoomThenGainAndNoiseThenRecordings(string selector)
    {
        AugmentationOptions all = AugmentationOptions.Parse(
            "shift=0.02,speed,rir=rooms:0.6,gain,noise=3:3,background=noise:-3:12");
        float[] x = Randoms.Normal(Clips.Length * Samples, seed: 21);

        float[] played = Sound(selector, AugmentationOptions.Parse("shift=0.02,speed"), Clips, x);
        float[] inRoom = Sound(selector, Roomy, Clips, played);
        float[] noisy = Sound(selector, AugmentationOptions.Parse("gain,noise=3:3"), Clips, inRoom);

        Assert.Equal(Sound(selector, Mixed, Clips, noisy), Sound(selector, all, Clips, x));
    }

    /// <summary>
    /// Taking memory and waiting are refused while a step is recorded; the host gets no portable kernels.
    /// </summary>
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void OwnNoise_InAStep_TakesNoMemoryAndDoesNotWait(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        AugmentationOptions options = AugmentationOptions.Parse("speed,rir=rooms:1,gain,background=noise:0:1");
        var shape = new Shape(Clips.Length, Samples);
        SoundAugmenter augmenter = Augmenter(device, options, Clips.Length, Noises);
        Tensor<float> x = device.Upload<float>(shape, Randoms.Normal(shape.Length, seed: 22));
        Tensor<float> y = device.Allocate<float>(shape);
        Tensor<int> order = device.Upload<int>(new Shape(Clips.Length + 1), [99, .. Clips]);
        TrainingProgress progress = ProgressAt(device);
        augmenter.Apply(x, order, progress, y);
        long waits = device.Synchronizations;
        long launches = device.Launches;
        device.IsRecording = true;
        try
        {
            augmenter.Apply(x, order, progress, y);
        }
        finally
        {
            device.IsRecording = false;
        }

        Assert.Equal(waits, device.Synchronizations);
        if (device.IsHost)
        {
            Assert.Equal(launches, device.Launches);
            Assert.Equal(0, Allocated.By(() => augmenter.Apply(x, order, progress, y)));
        }
    }

    [Fact]
    public void SoundAugmenter_WithoutTheRecordingsOfItsOptions_IsRefused()
    {
        ComputeDevice device = TestDevices.Get(TestDevices.Selectors[0]);
        Assert.Contains("background", Assert.Throws<ArgumentException>(
            () => new SoundAugmenter(device, Mixed, Seed, 1, Samples, Rate)).Message, StringComparison.Ordinal);
        Assert.Contains("rooms", Assert.Throws<ArgumentException>(
            () => new SoundAugmenter(device, Roomy, Seed, 1, Samples, Rate)).Message, StringComparison.Ordinal);
        Assert.Contains("longer than a clip", Assert.Throws<ArgumentException>(
            () => new SoundAugmenter(
                device, Roomy, Seed, 1, Samples - 1, Rate, rooms: new RecordingBank(device, Responses))).Message,
            StringComparison.Ordinal);
    }

    private static float[] Sound(
        string selector, AugmentationOptions options, int[] clips, float[] x, int epoch = Epoch, ulong seed = Seed,
        float[][]? noises = null)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Shape(clips.Length, Samples);
        Tensor<int> order = device.Upload<int>(new Shape(clips.Length + 1), [99, .. clips]);
        Tensor<float> y = device.Allocate<float>(shape);
        Augmenter(device, options, clips.Length, noises ?? Noises, seed).Apply(
            device.Upload<float>(shape, x), order, ProgressAt(device, epoch), y);
        return y.ToArray();
    }

    private static SoundAugmenter Augmenter(
        ComputeDevice device, AugmentationOptions options, int batch, float[][] noises, ulong seed = Seed) => new(
        device, options, seed, batch, Samples, Rate, new RecordingBank(device, noises),
        new RecordingBank(device, Responses));

    private static TrainingProgress ProgressAt(ComputeDevice device, int epoch = Epoch)
    {
        var progress = new TrainingProgress(device);
        progress.SetEpoch(epoch);
        progress.MoveOn(1);
        return progress;
    }

    private static float[] Row(float[] values, int row) => values[(row * Samples)..((row + 1) * Samples)];

    private static double Uniform(int clip, int slot) =>
        Philox.ToUniform(AugmentationDraws.Word(Seed, Epoch, clip, slot));

    private static int Below(int clip, int slot, int bound) =>
        (int)(AugmentationDraws.Word(Seed, Epoch, clip, slot) * (double)bound / 4294967296.0);

    private static bool IsWet(int clip) => Uniform(clip, AugmentationDraws.RoomShare) < 0.6;

    private static double[] ReferenceMix(double[] clip, int number)
    {
        float[] noise = Noises[Below(number, AugmentationDraws.Recording, Noises.Length)];
        int places = noise.Length > Samples ? noise.Length - Samples + 1 : noise.Length;
        int place = Below(number, AugmentationDraws.Place, places);
        double[] stretch = [.. Enumerable.Range(0, Samples).Select(i => (double)noise[(place + i) % noise.Length])];
        double ratio = -3 + (15 * Uniform(number, AugmentationDraws.RecordingRatio));
        double scale = Math.Sqrt(clip.Sum(v => v * v) / stretch.Sum(v => v * v)) * Math.Pow(10, -ratio / 20);
        return [.. clip.Zip(stretch, (value, other) => value + (scale * other))];
    }

    private static double[] ReferenceRoom(double[] clip, int number)
    {
        float[] response = Responses[Below(number, AugmentationDraws.Room, Responses.Length)];
        return
        [
            .. Enumerable.Range(0, Samples).Select(n => Enumerable.Range(0, Math.Min(response.Length, n + 1))
                .Sum(k => response[k] * clip[n - k])),
        ];
    }
}
