using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Augmentation;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class CroppingTests
{
    private const int Batch = 3;
    private const int Channels = 4;
    private const int Steps = 50;
    private const int Length = 20;

    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Devices))]
    public void TimeCrop_AtAStart_IsThatStretch(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (Tensor<float> x, Tensor<float> y, TimeCrop crop) = Planned(device);
        foreach (int start in (int[])[0, 7, Steps - Length])
        {
            crop.ApplyAt(x, start, y);

            AssertStretch(x, y, _ => start);
        }

        Assert.Throws<ArgumentException>(() => crop.ApplyAt(x, Steps - Length + 1, y));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void TimeCrop_Drawn_IsByEpochAndClipAlone(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (Tensor<float> x, Tensor<float> y, TimeCrop crop) = Planned(device);
        var progress = new TrainingProgress(device);
        HashSet<int> starts = [];
        for (int epoch = 1; epoch <= 4; epoch++)
        {
            progress.SetEpoch(epoch);
            crop.ApplyDrawn(x, device.Upload<int>(new Shape(4), [9, 5, 2, 5]), progress, y);

            int[] drawn = [.. Enumerable.Range(0, Batch).Select(row => StartOf(x, y, row))];
            AssertStretch(x, y, row => drawn[row]);
            starts.UnionWith(drawn);

            // The same clips in another order: each takes its start along.
            crop.ApplyDrawn(x, device.Upload<int>(new Shape(3), [2, 9, 5]), progress, y);
            Assert.Equal([drawn[2], drawn[0], drawn[1]], Enumerable.Range(0, Batch).Select(row => StartOf(x, y, row)));
        }

        Assert.True(starts.Count > 5, "starts are spread");
    }

    [Fact]
    public void TimeCrop_StartsOfTest_LieEvenlyFromEndToEnd()
    {
        TimeCrop crop = Planned(TestDevices.Get("cpu")).Crop;

        Assert.Equal([15], Starts(1));
        Assert.Equal([0, 30], Starts(2));
        Assert.Equal([0, 10, 20, 30], Starts(4));

        int[] Starts(int count) => [.. Enumerable.Range(0, count).Select(i => crop.StartOf(i, count))];
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void CroppedForward_OfSeveral_IsTheMeanOfTheirLogits(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var network = new Network(device, NetworkPresets.Article(filters: 4), Channels, Length, classes: 3, seed: 5);
        NetworkPlan plan = network.PlanFor(Batch, training: false);
        float[] x = Randoms.Normal(Batch * Channels * Steps, seed: 1);
        var forward = new CroppedForward(device, plan, new Cropping(new Shape(Channels, Steps), Length, TestCrops: 4));
        var crop = new TimeCrop(device, new Shape(Batch, Channels, Steps), Length);
        double[] expected = new double[Batch * 3];
        Tensor<float> clips = device.Upload<float>(new Shape(Batch, Channels, Steps), x);
        for (int i = 0; i < 4; i++)
        {
            crop.ApplyAt(clips, 10 * i, plan.Input);
            plan.Forward();
            expected = [.. expected.Zip(plan.Logits.ToArray(), (sum, logit) => sum + (logit / 4))];
        }

        forward.Input.CopyFrom(x);
        forward.Run();

        Closeness.Close(
            "logits", Array.ConvertAll(forward.Logits.ToArray(), value => (double)value), expected, 1e-5, Batch, 3);
    }

    private static (Tensor<float> X, Tensor<float> Y, TimeCrop Crop) Planned(ComputeDevice device)
    {
        var clips = new Shape(Batch, Channels, Steps);
        return (
            device.Upload<float>(clips, Randoms.Normal(clips.Length, seed: 1)),
            device.Allocate<float>(new Shape(Batch, Channels, Length)), new TimeCrop(device, clips, Length, seed: 3));
    }

    private static int StartOf(Tensor<float> x, Tensor<float> y, int row) =>
        x.ToArray().AsSpan(row * Channels * Steps, Steps).IndexOf(y.ToArray()[row * Channels * Length]);

    private static void AssertStretch(Tensor<float> x, Tensor<float> y, Func<int, int> startOf)
    {
        float[] from = x.ToArray();
        float[] got = y.ToArray();
        for (int row = 0; row < Batch * Channels; row++)
        {
            int start = (row * Steps) + startOf(row / Channels);
            Assert.Equal(from[start..(start + Length)], got[(row * Length)..((row + 1) * Length)]);
        }
    }
}
