using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Examples;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

/// <summary>A loss and an optimiser that are no part of the library, given to a <see cref="Trainer"/>.</summary>
public sealed class OwnLossTests
{
    private const int Channels = 4;
    private const int Frames = 12;
    private const int Clips = 44;
    private const int Batch = 16;

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void OwnLossAndOptimizer_OnAnyDevice_LearnWhatTheHostLearns(string selector)
    {
        Trainer host = TrainerOn(
            TestDevices.Get("cpu"), plan => new SquaredError(plan), new SignDescentOptions());
        Trainer trainer = TrainerOn(
            TestDevices.Get(selector), plan => new SquaredError(plan), new SignDescentOptions());
        EpochMetrics[] metrics = [.. Enumerable.Range(0, 4).Select(_ => trainer.RunEpoch())];
        EpochMetrics[] onHost = [.. Enumerable.Range(0, 4).Select(_ => host.RunEpoch())];

        Assert.Equal(onHost[0].Loss, metrics[0].Loss, 1e-4);
        Assert.Equal(onHost[^1].ValidationLoss, metrics[^1].ValidationLoss, 1e-3);
        Assert.True(metrics[^1].Loss < 0.8 * metrics[0].Loss, $"{metrics[0].Loss} -> {metrics[^1].Loss}");
        Assert.True(metrics[^1].ValidationLoss < metrics[0].ValidationLoss);
    }

    [Fact]
    public void OwnLoss_MeansItsErrorOverRowsAndClasses()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var totals = new MeterTotals(device);
        var loss = new SquaredError(new LossPlan
        {
            Device = device,
            Batch = 2,
            Classes = 2,
            Totals = totals,
            Progress = new TrainingProgress(device),
        });
        Tensor<float> dLogits = device.Allocate<float>(new Shape(2, 2));

        loss.ForwardBackward(
            device.Upload<float>(new Shape(2, 2), [3, 0, 1, 1]), device.Upload<int>(new Shape(2), [0, 1]), dLogits);

        Assert.Equal([1f, 0f, 0.5f, 0f], dLogits.ToArray()); // 2 (logits - target) / 4
        Assert.Equal((2 * ((4 + 1) / 4.0), 1, 2), totals.Read());
    }

    [Theory]
    [Trait(Slow.Category, Slow.Name)]
    [InlineData("cpu")]
    [InlineData("simulator")]
    public void CrossEntropyLoss_GivenByHand_HasTheBitsOfTheDefault(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        List<LossPlan> plans = [];
        Trainer usual = TrainerOn(device, null, null);
        Trainer given = TrainerOn(
            device,
            plan =>
            {
                plans.Add(plan);
                return new CrossEntropyLoss(plan);
            },
            new AdamOptions());
        EpochMetrics one = usual.RunEpoch();
        EpochMetrics other = given.RunEpoch();

        Assert.Equal(one with { Seconds = 0 }, other with { Seconds = 0 });
        Assert.Equal(usual.Capture().Values, given.Capture().Values);
        Assert.Equal(usual.Times.LaunchesPerStep, given.Times.LaunchesPerStep);

        // Training in mini-batches of 16 and 12, weighted and smoothed; validation of 11 clips, plain.
        Assert.Equal([(16, true, 0.1f), (12, true, 0.1f), (11, false, 0f)], plans.Select(
            plan => (plan.Batch, plan.ClassWeights is not null, plan.LabelSmoothing)));
        Assert.All(plans, plan => Assert.Equal(Channels, plan.Classes));
    }

    [Fact]
    public void OwnOptimizer_Resumed_GoesOnFromItsState()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Trainer straight = SignTrainer();
        straight.RunEpoch();
        straight.RunEpoch();
        Trainer interrupted = SignTrainer();
        interrupted.RunEpoch();
        Trainer resumed = SignTrainer();
        resumed.Resume(interrupted.Capture());
        resumed.RunEpoch();

        Assert.Equal(straight.Capture().Values, resumed.Capture().Values);
        Assert.NotEqual(
            interrupted.Capture().OptimizerState["momentum_buffer"],
            resumed.Capture().OptimizerState["momentum_buffer"]);

        Trainer SignTrainer() => TrainerOn(device, null, new SignDescentOptions());
    }

    [Fact]
    public void OwnLoss_ThatForgetsThePositionOrTheTotals_IsToldSo()
    {
        ComputeDevice device = TestDevices.Get("cpu");

        string position = Message(plan => new Forgetful(plan, movesPosition: false));
        string totals = Message(plan => new Forgetful(plan, movesPosition: true));

        Assert.Equal(
            "the loss moved the position on by 0 rows in an epoch of 44: call Progress.MoveOn(Batch) of its plan " +
            "once in ForwardBackward", position);
        Assert.Equal(
            "the loss added 0 rows to the totals in an epoch of 44: add every mini-batch once, by a " +
            "ClassificationMeter over Totals of its plan", totals);

        string Message(Func<LossPlan, ILoss> loss) => Assert.Throws<InvalidOperationException>(
            () => TrainerOn(device, loss, null).RunEpoch()).Message;
    }

    private static Trainer TrainerOn(
        ComputeDevice device, Func<LossPlan, ILoss>? loss, OptimizerOptions? optimizer)
    {
        Node y = Node.Input().Conv1d(8, taps: 3).Relu().GlobalMeanMaxPool().Dense();
        var network = new Network(device, new NetworkGraph(y, new Shape(Channels, Frames), Channels), seed: 5);
        var options = new TrainingOptions
        {
            BatchSize = Batch,
            Seed = 7,
            LearningRate = 0.005f,
            LabelSmoothing = 0.1f,
            BalanceClasses = true,
            Optimizer = optimizer ?? new AdamOptions(),
        };
        return new Trainer(
            network, SetOf(device, Clips, seed: 1), SetOf(device, Clips / 4, seed: 2), options, loss: loss);
    }

    /// <summary>Noise, with one louder channel that tells the class.</summary>
    private static FeatureSet SetOf(ComputeDevice device, int clips, int seed)
    {
        var shape = new Shape(clips, Channels, Frames);
        float[] values = Randoms.Normal(shape.Length, seed);
        int[] labels = [.. Enumerable.Range(0, clips).Select(i => i % Channels)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] *= i / Frames % Channels == labels[i / (Channels * Frames)] ? 4 : 0.5f;
        }

        return FeatureSet.FromFeatures(device.Upload<float>(shape, values), labels);
    }

    /// <summary>
    /// The mean of (logits - target)^2 over rows and classes, the target 1 for the class and 0 for others.
    /// </summary>
    private sealed class SquaredError(LossPlan plan) : ILoss
    {
        private readonly Tensor<float> loss = plan.Device.Allocate<float>(new Shape(1));
        private readonly Tensor<float> unused = plan.Device.Allocate<float>(new Shape(plan.Batch, plan.Classes));
        private readonly ClassificationMeter meter = new(plan.Device, plan.Batch, plan.Classes, plan.Totals);

        public void Forward(Tensor<float> logits, Tensor<int> targets)
        {
            plan.Device.Load<SquaredErrorArgs>(SquaredErrorKernel).Launch(1, 1, new SquaredErrorArgs(
                logits.View, targets.View, unused.View, loss.View, plan.Batch, plan.Classes));
            meter.Add(logits, targets, loss);
        }

        public void ForwardBackward(
            Tensor<float> logits, Tensor<int> targets, Tensor<float> dLogits, MixedTargets? mixed = null)
        {
            plan.Device.Load<SquaredErrorArgs>(SquaredErrorKernel).Launch(1, 1, new SquaredErrorArgs(
                logits.View, targets.View, dLogits.View, loss.View, plan.Batch, plan.Classes));
            meter.Add(logits, targets, loss);
            plan.Progress.MoveOn(plan.Batch);
        }
    }

    /// <summary>A loss that counts nothing, and may leave the position where it is.</summary>
    private sealed class Forgetful(LossPlan plan, bool movesPosition) : ILoss
    {
        public void Forward(Tensor<float> logits, Tensor<int> targets)
        {
        }

        public void ForwardBackward(
            Tensor<float> logits, Tensor<int> targets, Tensor<float> dLogits, MixedTargets? mixed = null)
        {
            if (movesPosition)
            {
                plan.Progress.MoveOn(plan.Batch);
            }
        }
    }

    internal static void SquaredErrorKernel(SquaredErrorArgs a)
    {
        int count = a.Rows * a.Classes;
        float sum = 0;
        for (int i = 0; i < count; i++)
        {
            float error = a.Logits[i] - (i % a.Classes == a.Targets[i / a.Classes] ? 1f : 0f);
            a.DLogits[i] = 2 * error / count;
            sum += error * error;
        }

        a.Loss[0] = sum / count;
    }

    internal readonly struct SquaredErrorArgs(
        ArrayView<float> logits, ArrayView<int> targets, ArrayView<float> dLogits, ArrayView<float> loss, int rows,
        int classes)
    {
        public readonly ArrayView<float> Logits = logits;
        public readonly ArrayView<int> Targets = targets;
        public readonly ArrayView<float> DLogits = dLogits;
        public readonly ArrayView<float> Loss = loss;
        public readonly int Rows = rows;
        public readonly int Classes = classes;
    }
}
