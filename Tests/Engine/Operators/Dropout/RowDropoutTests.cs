using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class RowDropoutTests
{
    private const ulong Seed = 0x0123_4567_89AB_CDEF;

    public static TheoryData<string, (int Rows, int Length, float Rate)> Cases =>
        TestDevices.Times<(int, int, float)>(
        [
            (1, 1, 0.5f), (3, 5, 0.5f), (4, 1, 0.1f), (15, 97, 0.5f), (1000, 3, 0.3f), (13, 5_000, 0.5f),
            (64, 40, 0.9f),
        ]);

    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Cases))]
    public void RowDropout_Mask_IsThatOfDropoutOverRows(string selector, (int Rows, int Length, float Rate) one)
    {
        (int rows, int length, float rate) = one;
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(rows * length, seed: 1);
        foreach (int step in (int[])[1, int.MaxValue])
        {
            var progress = new TrainingProgress(device);
            progress.SetStep(step);
            Tensor<float> x = device.Upload<float>(new Shape(rows, length), values);
            Tensor<float> mask = device.Allocate<float>(new Shape(rows));
            Tensor<float> ofElements = device.Allocate<float>(new Shape(rows));
            Tensor<float> zeros = device.Allocate<float>(new Shape(rows));

            new RowDropout(device, rows, length, rate, layer: 3, Seed).Forward(x, x, mask, progress);
            new Dropout(device, rows, rate, layer: 3, Seed).Forward(zeros, zeros, ofElements, progress);

            float[] expected = PhiloxMask.Of(rows, rate, Seed, (uint)step, 3);
            Assert.Equal(expected, ofElements.ToArray());
            Assert.Equal(expected, mask.ToArray());
            Assert.Equal(values.Select((value, i) => value * expected[i / length]), x.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void RowDropout_Mask_HasItsRateAndChangesWithStepLayerAndSeed(string selector)
    {
        const int Rows = 20_000;
        ComputeDevice device = TestDevices.Get(selector);
        var progress = new TrainingProgress(device);
        progress.Advance();
        Tensor<float> x = device.Allocate<float>(new Shape(Rows, 2));
        Tensor<float> mask = device.Allocate<float>(new Shape(Rows));
        float[] Draw(uint layer, ulong seed)
        {
            new RowDropout(device, Rows, 2, 0.5f, layer, seed).Forward(x, x, mask, progress);
            return mask.ToArray();
        }

        float[] one = Draw(1, Seed);
        Assert.InRange(one.Count(value => value == 0f) / (double)Rows, 0.48, 0.52);
        Assert.Equal(one, Draw(1, Seed));
        float[][] others = [Draw(2, Seed), Draw(1, Seed + 1), []];
        progress.Advance();
        others[2] = Draw(1, Seed);
        foreach (float[] other in others)
        {
            // Two independent masks agree in half of their rows.
            Assert.InRange(one.Zip(other, (a, b) => a == b ? 1.0 : 0).Average(), 0.48, 0.52);
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void RowDropout_Gradient_MatchesFiniteDifferences(string selector)
    {
        const int Rows = 13;
        const int Length = 11;
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Shape(Rows, Length);
        var progress = new TrainingProgress(device);
        progress.Advance();
        float[] values = Randoms.Normal(shape.Length, seed: 1);
        float[] upstream = Randoms.Normal(shape.Length, seed: 2);
        Tensor<float> x = device.Upload<float>(shape, values);
        Tensor<float> gradient = device.Upload<float>(shape, upstream);
        Tensor<float> mask = device.Allocate<float>(new Shape(Rows));
        var dropout = new RowDropout(device, Rows, Length, 0.4f, 0, Seed);

        dropout.Forward(x, x, mask, progress);
        dropout.Backward(gradient, mask, gradient);

        float[] factors = PhiloxMask.Of(Rows, 0.4f, Seed, 1, 0);
        GradientCheck.Of(
            "row dropout", inputs => [.. inputs[0].Select((value, i) => value * factors[i / Length])],
            [values.ToDouble()], 0, upstream.ToDouble(), gradient.ToArray());

        dropout.Apply(device.Upload<float>(shape, values), mask, gradient);
        Assert.Equal(x.ToArray(), gradient.ToArray());
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void RowDropout_OfRateZero_KeepsEverything_ANotANumberToo(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(100, seed: 1);
        values[17] = float.NaN;
        Tensor<float> x = device.Upload<float>(new Shape(10, 10), values);
        Tensor<float> mask = device.Allocate<float>(new Shape(10));

        new RowDropout(device, 10, 10, 0f, 0, Seed).Forward(x, x, mask, new TrainingProgress(device));

        Assert.Equal(values, x.ToArray());
        Assert.All(mask.ToArray(), value => Assert.Equal(1f, value));
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void RowDropout_RateThatIsNoShare_IsRefused(float rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowDropout(TestDevices.Get("cpu"), 4, 2, rate, 0, Seed));
}
