// The losses that a training plans are their operators with what the plan says: weights, smoothing, mixed targets.

using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Augmentation;
using NativeCnn.Features.Options;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class TrainingLossesTests
{
    private const int Rows = 3;
    private const int Classes = 4;

    private static readonly Shape Logits = new(Rows, Classes);

    [Fact]
    public void MultiLabelLoss_OfMixedRows_IsTheCrossEntropyOfTheirMixture()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var sets = new LabelSets([[0, 2], [], [1, 2, 3]], Classes, ';');
        (LossPlan plan, Tensor<float> logits, MixedTargets mixed) = Plan(device, smoothing: 0.2f);
        ILoss loss = Losses.Of(new TrainingOptions(), device, sets)!(plan);
        Tensor<float> dLogits = device.Allocate<float>(Logits);
        Tensor<float> expected = device.Allocate<float>(Logits);
        Tensor<float> mean = device.Allocate<float>(new Shape(1));

        loss.ForwardBackward(logits, device.Upload<int>(new Shape(Rows), [0, 1, 2]), dLogits, mixed);

        // Sets 0 with 1 at a quarter, 1 with 2 at a half, 2 alone; then drawn towards one half.
        float[] targets = [0.75f, 0, 0.75f, 0, 0, 0.5f, 0.5f, 0.5f, 0, 1, 1, 1];
        new SigmoidCrossEntropy(device, Rows, Classes).ForwardBackward(
            logits, device.Upload<float>(Logits, Array.ConvertAll(targets, target => (0.8f * target) + 0.1f)),
            plan.ClassWeights, mean, expected);
        Closeness.Close("gradient", dLogits.ToArray(), expected.ToArray(), 1e-6, Rows, Classes);
        Assert.Equal(Rows * (double)mean.ToArray()[0], plan.Totals.Read().LossSum, 1e-5);
        Assert.Equal([Rows], plan.Progress.Position.ToArray());
    }

    [Fact]
    public void FocalLoss_OfMixedRows_IsItsOperators()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        (LossPlan plan, Tensor<float> logits, MixedTargets mixed) = Plan(device, smoothing: 0.2f);
        ILoss loss = Losses.Of(new TrainingOptions { FocalGamma = 1.5f }, device, null)!(plan);
        Tensor<int> targets = device.Upload<int>(new Shape(Rows), [0, 1, 2]);
        Tensor<float> dLogits = device.Allocate<float>(Logits);
        Tensor<float> expected = device.Allocate<float>(Logits);

        loss.ForwardBackward(logits, targets, dLogits, mixed);

        new FocalCrossEntropy(device, Rows, Classes, 1.5f, 0.2f).ForwardBackward(
            logits, targets, plan.ClassWeights, device.Allocate<float>(new Shape(1)), expected, mixed);
        Assert.Equal(expected.ToArray(), dLogits.ToArray());
        Assert.Equal((Rows, Rows), (plan.Totals.Read().Rows, plan.Progress.Position.ToArray()[0]));
        Assert.Null(Losses.Of(new TrainingOptions(), device, null));
    }

    /// <summary>What mixes clips tells the loss what they were mixed with.</summary>
    [Theory]
    [InlineData("bc-mix=1", true)]
    [InlineData("mixup", true)]
    [InlineData("gain", false)]
    public void BatchAugmenter_ThatMixesClips_HasTheirSecondTargets(string augmentation, bool mixes)
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var format = new ClipFormat(FeatureOptions.Mfcc(1000) with { MelBands = 8, Coefficients = 8 }, 500);
        var source = new FeatureSource(format, new Normalizer(new float[8], [.. Enumerable.Repeat(1f, 8)]));
        var input = new Shape(Rows, format.Channels, format.Frames);
        var augmenter = new BatchAugmenter(
            device, source, AugmentationOptions.Parse(augmentation), seed: 3, input);
        augmenter.Input.CopyFrom(Randoms.Normal(augmenter.Input.Length, seed: 1));

        augmenter.Apply(
            device.Upload<int>(new Shape(Rows), [2, 0, 1]), new TrainingProgress(device), device.Allocate<float>(input),
            device.Upload<int>(new Shape(Rows), [5, 6, 7]));

        Assert.Equal(mixes, augmenter.Mixed is not null);
        Assert.Equal(mixes ? [6, 7, 5] : null, augmenter.Mixed?.Targets.ToArray());
        Assert.All(augmenter.Mixed?.Shares.ToArray() ?? [], share => Assert.InRange(share, 1e-6f, 0.5f));
    }

    private static (LossPlan Plan, Tensor<float> Logits, MixedTargets Mixed) Plan(ComputeDevice device, float smoothing) =>
    (
        new LossPlan
        {
            Device = device,
            Batch = Rows,
            Classes = Classes,
            Totals = new MeterTotals(device),
            Progress = new TrainingProgress(device),
            ClassWeights = device.Upload<float>(new Shape(Classes), [1, 2, 3, 4]),
            LabelSmoothing = smoothing,
        },
        device.Upload<float>(Logits, Randoms.Normal(Logits.Length, seed: 4)),
        new MixedTargets(
            device.Upload<int>(new Shape(Rows), [1, 2, 0]), device.Upload<float>(new Shape(Rows), [0.25f, 0.5f, 0])));
}
