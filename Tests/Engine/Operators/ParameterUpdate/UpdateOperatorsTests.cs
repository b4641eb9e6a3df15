using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class UpdateOperatorsTests
{
    // More than a block of the host, and no multiple of a group.
    private const int Length = 9001;

    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Devices))]
    public void WeightDecay_Decoupled_ShrinksByRateAndShare(string selector)
    {
        (float[] p, float[] g, float[] shares) = Inputs();
        (float[] values, float[] gradients) = Decay(selector, p, g, shares, decoupled: true);

        Assert.Equal(g, gradients);
        Expect(i => p[i] * (1 - (0.5 * 0.1 * shares[i])), values, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void WeightDecay_Coupled_AddsToTheGradients(string selector)
    {
        (float[] p, float[] g, float[] shares) = Inputs();
        (float[] values, float[] gradients) = Decay(selector, p, g, shares, decoupled: false);

        Assert.Equal(p, values);
        Expect(i => g[i] + (0.1 * shares[i] * p[i]), gradients, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void GradientClip_AboveTheNorm_ScalesToIt(string selector)
    {
        float[] g = Randoms.Normal(Length, seed: 1);
        double norm = Math.Sqrt(g.Sum(value => (double)value * value));

        float[] clipped = Clip(selector, g, most: 2);

        Expect(i => g[i] * 2 / (norm + 1e-6), clipped, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void GradientClip_BelowTheNorm_ChangesNoBit(string selector)
    {
        float[] g = Randoms.Normal(Length, seed: 1);

        Assert.Equal(g, Clip(selector, g, most: 1000));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void GradientClip_OfWhatIsNotFinite_LeavesNothingFinite(string selector)
    {
        float[] g = Randoms.Normal(Length, seed: 1);
        g[4711] = float.NaN;

        Assert.All(Clip(selector, g, most: 1000), value => Assert.True(float.IsNaN(value)));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void RateFactors_TakeTheirShareOfAStep(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] before = Randoms.Normal(Length, seed: 1);
        float[] after = Randoms.Normal(Length, seed: 2);
        after[3] = float.NaN; // The factor there is 0.
        float[] factors = [.. Enumerable.Range(0, Length).Select(i => (i % 3) / 2f)];
        Tensor<float> values = device.Upload<float>(new Shape(Length), before);
        var rates = new RateFactors(device, device.Upload<float>(new Shape(Length), factors));

        rates.Begin(values);
        values.CopyFrom(after);
        rates.End(values);

        float[] got = values.ToArray();
        Assert.All(Enumerable.Range(0, Length).Where(i => i % 3 == 0), i => Assert.Equal(before[i], got[i]));
        Assert.All(Enumerable.Range(0, Length).Where(i => i % 3 == 2), i => Assert.Equal(after[i], got[i]));
        Assert.All(
            Enumerable.Range(0, Length).Where(i => i % 3 == 1),
            i => Assert.Equal((before[i] + (double)after[i]) / 2, got[i], 1e-6));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void MovingAverage_FollowsFasterEarly(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> averages = device.Upload<float>(new Shape(Length), Randoms.Normal(Length, seed: 1));
        double[] expected = Array.ConvertAll(averages.ToArray(), value => (double)value);
        var average = new MovingAverage(device, Length, 0.5f);
        var progress = new TrainingProgress(device);
        for (int step = 1; step <= 12; step++)
        {
            float[] values = Randoms.Normal(Length, seed: step + 1);
            double share = 1 - Math.Min(0.5, (1.0 + step) / (10 + step));
            expected = [.. expected.Zip(values, (before, value) => before + (share * (value - before)))];

            progress.Advance();
            average.Apply(device.Upload<float>(new Shape(Length), values), averages, progress.Step);
        }

        Expect(i => expected[i], averages.ToArray(), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void ScaleBy_MultipliesByWhatLiesOnTheDevice(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] x = Randoms.Normal(Length, seed: 1);
        Tensor<float> values = device.Upload<float>(new Shape(Length), x);

        new ScaleBy(device, Length).Apply(values, device.Upload<float>(new Shape(1), [0.25f]));

        Assert.Equal(Array.ConvertAll(x, value => value * 0.25f), values.ToArray());
    }

    private static void Expect(Func<int, double> expected, float[] got, double tolerance) => Closeness.Close(
        "values", Array.ConvertAll(got, value => (double)value), [.. Enumerable.Range(0, Length).Select(expected)],
        tolerance, Length);

    private static (float[] Values, float[] Gradients, float[] Shares) Inputs() => (
        Randoms.Normal(Length, seed: 1), Randoms.Normal(Length, seed: 2),
        [.. Enumerable.Range(0, Length).Select(i => (float)(i % 2))]);

    private static (float[] Values, float[] Gradients) Decay(
        string selector, float[] p, float[] g, float[] shares, bool decoupled)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Shape(Length);
        Tensor<float> values = device.Upload<float>(shape, p);
        Tensor<float> gradients = device.Upload<float>(shape, g);
        var decay = new WeightDecay(device, device.Upload<float>(shape, shares), rate: 0.1f, decoupled);

        decay.Apply(values, gradients, device.Upload<float>(new Shape(1), [0.5f]));

        return (values.ToArray(), gradients.ToArray());
    }

    private static float[] Clip(string selector, float[] g, float most)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> gradients = device.Upload<float>(new Shape(Length), g);
        new GradientClip(device, Length, most).Apply(gradients);
        return gradients.ToArray();
    }
}
