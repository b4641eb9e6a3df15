using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Augmentation;
using NativeCnn.Features.Options;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

[Collection(Alone.Name)]
public sealed class TrainingTests
{
    private const int Channels = 13;
    private const int Frames = 30;
    private const int Classes = 4;

    [Fact]
    public void TrainingStep_AfterTheFirstEpoch_AllocatesNothing()
    {
        const int Steps = 64;
        const int SmallestObject = 24;
        using ComputeDevice device = ComputeDevice.Open("cpu");
        Trainer trainer = TrainerOn(device, clips: 16 * Steps, batch: 16);
        trainer.RunEpoch();
        long[] byThisThread = new long[2];
        long[] byAll = new long[2];
        long leastByThisThread = long.MaxValue;
        long leastByAll = long.MaxValue;
        for (int epoch = 0; epoch < 5; epoch++)
        {
            // From the end of an epoch's first step to the end of its last: steps alone, no shuffle, no validation.
            trainer.RunEpoch(step =>
            {
                if (step is 1 or Steps)
                {
                    byAll[step / Steps] = GC.GetTotalAllocatedBytes(precise: true);
                    byThisThread[step / Steps] = GC.GetAllocatedBytesForCurrentThread();
                }
            });
            // What .NET takes once, when it compiles a method anew, is in no other epoch; the test runner allocates a
            // little on threads of its own. A step or a worker that did would show in every epoch.
            leastByThisThread = Math.Min(leastByThisThread, byThisThread[1] - byThisThread[0]);
            leastByAll = Math.Min(leastByAll, byAll[1] - byAll[0]);
        }

        Assert.Equal(0, leastByThisThread);
        Assert.InRange(leastByAll, 0, (Steps * SmallestObject) - 1);
    }

    [Fact]
    public void Training_OverTenThousandSteps_DoesNotGrowInMemory()
    {
        const int StepsPerEpoch = 50;
        const long Allowed = 4 << 20;
        using ComputeDevice device = ComputeDevice.Open("cpu");
        Trainer trainer = TrainerOn(device, clips: 16 * StepsPerEpoch, batch: 16);
        long managed = 0;
        long all = 0;
        for (int step = 0; step < 11_000; step += StepsPerEpoch)
        {
            trainer.RunEpoch();
            if (step == 1_000 - StepsPerEpoch)
            {
                managed = GC.GetTotalMemory(forceFullCollection: true);
                all = Environment.WorkingSet;
            }
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managed, long.MinValue, Allowed);
        Assert.InRange(Environment.WorkingSet - all, long.MinValue, 4 * Allowed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Training_WithSoManyWorkers_RepeatsItsOwnBits(int workers)
    {
        using ComputeDevice first = ComputeDevice.Open("cpu", workers);
        using ComputeDevice second = ComputeDevice.Open("cpu", workers);

        Assert.Equal(WeightsAfterTwoEpochs(first), WeightsAfterTwoEpochs(second));
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Training_OnAnyDevice_LearnsTheSameWeightsAsTheHost(string selector)
    {
        float[] host = WeightsAfterTwoEpochs(TestDevices.Get("cpu"), clips: 24, batch: 10);

        float[] weights = WeightsAfterTwoEpochs(TestDevices.Get(selector), clips: 24, batch: 10);

        Closeness.Close("weights", weights, host, 1e-4, weights.Length);
    }

    [Fact]
    public void Training_Augmented_RepeatsItsBitsResumedOrNot()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using ComputeDevice other = ComputeDevice.Open("cpu", 2);
        Trainer straight = AugmentedOn(device, "shift=0.01,speed,gain,pink-noise,time-masks,band-masks,warp,mixup");
        Trainer plain = AugmentedOn(other, "none");
        for (int epoch = 0; epoch < 3; epoch++)
        {
            straight.RunEpoch();
        }

        Trainer interrupted = AugmentedOn(
            other, "shift=0.01,speed,gain,pink-noise,time-masks,band-masks,warp,mixup");
        interrupted.RunEpoch();
        Trainer resumed = AugmentedOn(other, "shift=0.01,speed,gain,pink-noise,time-masks,band-masks,warp,mixup");
        resumed.Resume(interrupted.Capture());
        resumed.RunEpoch();
        resumed.RunEpoch();
        plain.RunEpoch();

        Closeness.Close("weights", resumed.Capture().Values, straight.Capture().Values, 1e-4, 1);
        Assert.NotEqual(plain.Capture().Values, interrupted.Capture().Values);
        Trainer again = AugmentedOn(other, "shift=0.01,speed,gain,pink-noise,time-masks,band-masks,warp,mixup");
        for (int epoch = 0; epoch < 3; epoch++)
        {
            again.RunEpoch();
        }

        Assert.Equal(again.Capture().Values, resumed.Capture().Values);
        Assert.Equal(again.BestScore, resumed.BestScore);
    }

    [Theory]
    [InlineData("shift=0.01,speed,gain,pink-noise")]
    [InlineData("time-masks,band-masks,warp,tilt,mixup")]
    [InlineData("gain,time-masks,mixup")]
    [InlineData("speed,rir=rooms,gain,background,mixup")]
    [InlineData("gain,bc-mix")]
    [InlineData("none")]
    public void Training_WhereverTheClipsAreKept_GivesTheSameBits(string augmentation)
    {
        ComputeDevice device = TestDevices.Get("cpu");
        float[] expected = WeightsOf(FeatureMemory.Device);

        Assert.Equal(expected, WeightsOf(FeatureMemory.Host));
        Assert.Equal(expected, WeightsOf(FeatureMemory.Disk));

        float[] WeightsOf(FeatureMemory memory)
        {
            Trainer trainer = AugmentedOn(device, augmentation, memory);
            trainer.RunEpoch();
            trainer.RunEpoch();
            return trainer.Capture().Values;
        }
    }

    [Fact]
    public void Resume_FromACheckpointOfAnother_SaysWhatItHasAndChangesNothing()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu");
        Trainer trainer = TrainerOn(device, clips: 20, batch: 10, NetworkPresets.Article(filters: 4));
        Trainer other = TrainerOn(device, clips: 20, batch: 10, NetworkPresets.Article(filters: 8));
        trainer.RunEpoch();
        Checkpoint before = trainer.Capture();
        var older = before with { Optimizer = null, OptimizerState = new Dictionary<string, float[]>() };

        Assert.Equal("adam", before.Optimizer);
        Assert.Equal(
            "the checkpoint is of an optimiser that kept nothing, but adam as it was asked for keeps exp_avg and " +
            "exp_avg_sq; resume with the optimiser and the settings of the checkpoint, or begin a new run",
            Assert.Throws<CheckpointException>(() => trainer.Resume(older with { Epoch = 7 })).Message);
        Assert.StartsWith(
            $"the checkpoint is of another network: it has {other.Capture().Values.Length} parameters and 0 running " +
            $"statistics, this network {before.Values.Length} and 0; ",
            Assert.Throws<CheckpointException>(() => trainer.Resume(other.Capture())).Message);
        Assert.Equal(1, trainer.Epoch);
        Assert.Equal(before.Values, trainer.Capture().Values);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_Resumed_GivesTheBitsOfAnUninterruptedRun(bool deep)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu");
        NetworkSpec spec = deep ? NetworkPresets.Deep(0.5f, 8, 8) : NetworkPresets.Article(filters: 16);
        Trainer straight = TrainerOn(device, clips: 50, batch: 16, spec);
        for (int epoch = 0; epoch < 4; epoch++)
        {
            straight.RunEpoch();
        }

        Trainer interrupted = TrainerOn(device, clips: 50, batch: 16, spec);
        interrupted.RunEpoch();
        interrupted.RunEpoch();
        string file = Path.Combine(Path.GetTempPath(), $"nativecnn-{Guid.NewGuid():N}.safetensors");
        try
        {
            interrupted.Capture().Save(file);
            Trainer resumed = TrainerOn(device, clips: 50, batch: 16, spec);
            resumed.Resume(Checkpoint.Load(file));
            resumed.RunEpoch();
            resumed.RunEpoch();

            Assert.Equal(straight.Capture().Values, resumed.Capture().Values);
            Assert.Equal(straight.Capture().State, resumed.Capture().State);
            Assert.Equal(straight.Capture().BestState, resumed.Capture().BestState);
            Assert.Equal(deep, resumed.Capture().State.Length > 0);
            Assert.Equal(straight.BestEpoch, resumed.BestEpoch);
            Assert.Equal(straight.BestScore, resumed.BestScore);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Training_OnSeparableClasses_LearnsThem()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu");
        Trainer trainer = TrainerOn(device, clips: 400, batch: 16);
        for (int epoch = 0; epoch < 10; epoch++)
        {
            trainer.RunEpoch();
        }

        Assert.True(trainer.BestScore.Accuracy > 0.9, $"validation accuracy is {trainer.BestScore.Accuracy}");
    }

    [Fact]
    public void TrainingOptions_ThatMakeNoSense_AreNamed()
    {
        var options = new TrainingOptions();

        Assert.Contains("epochs", Message(options with { Epochs = 0 }), StringComparison.Ordinal);
        Assert.Contains("batch size", Message(options with { BatchSize = 0 }), StringComparison.Ordinal);
        Assert.Contains("learning rate", Message(options with { LearningRate = float.NaN }), StringComparison.Ordinal);
        Assert.Contains("fraction", Message(options with { ValidationFraction = 1 }), StringComparison.Ordinal);

        static string Message(TrainingOptions options) => Assert.Throws<ArgumentException>(options.Validate).Message;
    }

    /// <summary>Read back at the end of the epoch, and yet the step is known; the best weights before stay.</summary>
    [SkippableTheory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Training_WhoseWeightsAreNotFiniteAnyMore_StopsWithTheStepAndKeepsTheBest(string selector)
    {
        using ComputeDevice device = ComputeDevice.Open(TestDevices.Get(selector).Info.Selector);
        var network = new Network(device, NetworkPresets.Article(filters: 4), Channels, Frames, Classes, seed: 5);
        var trainer = new Trainer(
            network, SetOf(device, 40, seed: 1), SetOf(device, 8, seed: 2),
            new TrainingOptions { BatchSize = 8, Seed = 7, LearningRate = 0.05f });
        trainer.RunEpoch();
        float[] best = trainer.Capture().BestValues;

        string message = Assert.Throws<TrainingDivergedException>(() => trainer.RunEpoch(step =>
        {
            if (step == 3)
            {
                float[] poisoned = network.Parameters.Values.ToArray();
                Array.Fill(poisoned, float.NaN);
                network.Parameters.Values.CopyFrom(poisoned);
            }
        })).Message;

        Assert.Equal(
            "training diverged: the loss of step 4 in epoch 2 is not finite; lower the learning rate of 0.05 "
            + "(--learning-rate 0.005); the weights of epoch 1, the best so far, are kept",
            message);
        Assert.Equal((1, best.Length), (trainer.BestEpoch, trainer.Capture().BestValues.Length));
        Assert.Equal(best, trainer.Capture().BestValues);
        Assert.Throws<TrainingDivergedException>(
            () => Divergence.RefuseState(trainer.Capture(), new TrainingOptions()));
    }

    private static float[] WeightsAfterTwoEpochs(ComputeDevice device, int clips = 50, int batch = 16)
    {
        Trainer trainer = TrainerOn(device, clips, batch);
        trainer.RunEpoch();
        trainer.RunEpoch();
        return trainer.Capture().Values;
    }

    private static Trainer TrainerOn(ComputeDevice device, int clips, int batch, NetworkSpec? spec = null)
    {
        var network = new Network(
            device, spec ?? NetworkPresets.Article(filters: 16), Channels, Frames, Classes, seed: 5);
        return new Trainer(
            network, SetOf(device, clips, seed: 1), SetOf(device, clips / 4, seed: 2),
            new TrainingOptions { BatchSize = batch, Seed = 7 });
    }

    /// <summary>A small deep network on built-in sounds.</summary>
    private static Trainer AugmentedOn(
        ComputeDevice device, string augmentation, FeatureMemory memory = FeatureMemory.Device)
    {
        FeatureOptions features = FeatureOptions.LogMelCmn(2000);
        var format = new ClipFormat(features, ClipSamples: 800);
        ClipSource clips = ClipSource.BuiltIn(2000, 0.4, 5, seed: 1);
        FeatureSet train = FeatureSet.Compute(
            device, [.. clips.DataSet.Entries.Where((_, i) => i % 5 > 0)], clips.Reader, format,
            new FeatureSetOptions
            {
                KeepSamples = AugmentationOptions.Parse(augmentation).ChangesSound,
                Memory = memory,
            });
        FeatureSet validation = FeatureSet.Compute(
            device, [.. clips.DataSet.Entries.Where((_, i) => i % 5 == 0)], clips.Reader, format,
            new FeatureSetOptions { Memory = memory });
        Normalizer normalizer = train.FitNormalizer(format);
        train.Normalize(normalizer);
        validation.Normalize(normalizer);
        var network = new Network(
            device, NetworkPresets.Deep(0.5f, 8, 8), format.Channels, format.Frames, clips.DataSet.Labels.Count,
            seed: 5);
        var options = new TrainingOptions
        {
            BatchSize = 16,
            Seed = 7,
            Epochs = 3,
            Schedule = LearningRateSchedule.Parse("one-cycle"),
            Augmentation = AugmentationOptions.Parse(augmentation),
        };
        return new Trainer(
            network, train, validation, options, source: new FeatureSource(format, normalizer)
            {
                Background = new RecordingBank(device, [Randoms.Normal(3000, seed: 8), Randoms.Normal(300, seed: 9)]),
                Rooms = new RecordingBank(device, [Randoms.Normal(200, seed: 10, 0.1)]),
            });
    }

    /// <summary>Noise, with one louder channel that tells the class.</summary>
    private static FeatureSet SetOf(ComputeDevice device, int clips, int seed)
    {
        var shape = new Shape(clips, Channels, Frames);
        float[] values = Randoms.Normal(shape.Length, seed);
        int[] labels = [.. Enumerable.Range(0, clips).Select(i => i % Classes)];
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / Frames % Channels;
            values[i] *= channel == labels[i / (Channels * Frames)] ? 4 : 1;
        }

        return FeatureSet.FromFeatures(device.Upload<float>(shape, values), labels);
    }
}
