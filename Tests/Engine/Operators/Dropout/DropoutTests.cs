using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class DropoutTests
{
    private const ulong Seed = 0x0123_4567_89AB_CDEF;

    public static TheoryData<string, (int Length, float Rate)> Cases => TestDevices.Times<(int, float)>(
    [
        (1, 0.5f), (3, 0.5f), (4, 0.1f), (15, 0.5f), (16, 0.9f), (31, 0.5f), (32, 0.25f), (61, 0.5f), (1000, 0.3f),
        (20_003, 0.5f),
    ]);

    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Dropout_Mask_IsThatOfPhiloxBitForBit(string selector, (int Length, float Rate) shape)
    {
        (int length, float rate) = shape;
        ComputeDevice device = TestDevices.Get(selector);
        foreach (int step in (int[])[1, 2, int.MaxValue])
        {
            var progress = new TrainingProgress(device);
            progress.SetStep(step);
            float[] values = Randoms.Normal(length, seed: length);
            Tensor<float> x = device.Upload<float>(new Shape(length), values);
            Tensor<float> mask = device.Allocate<float>(new Shape(length));

            new Dropout(device, length, rate, layer: 3, Seed).Forward(x, x, mask, progress);

            float[] expected = PhiloxMask.Of(length, rate, Seed, (uint)step, 3);
            Assert.Equal(expected, mask.ToArray());
            Assert.Equal(values.Zip(expected, (value, factor) => value * factor), x.ToArray());
        }
    }

    [Fact]
    public unsafe void Dropout_InVectorsOrBlockByBlock_DrawsTheSameMask()
    {
        const int Length = 32 * 5;
        var draw = new DropoutDraw(new MaskGenerator(Seed, 6, 0.5f), 5);
        float[] x = Randoms.Normal(Length, seed: 1);
        float[] atOnce = new float[Length];
        float[] inBlocks = new float[Length];
        float[] y = new float[Length];
        fixed (float* from = x, to = y, one = atOnce, other = inBlocks)
        {
            draw.Forward(from, to, one, 0, Length);
            Assert.Equal(x.Zip(atOnce, (value, factor) => value * factor), y);
            for (int i = 0; i < Length; i += 4)
            {
                draw.Forward(from, to, other, i, 4);
            }
        }

        Assert.Equal(inBlocks, atOnce);
        Assert.Equal(x.Zip(atOnce, (value, factor) => value * factor), y);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Dropout_Mask_HasItsRateAndChangesWithStepLayerAndSeed(string selector)
    {
        const int Length = 40_000;
        ComputeDevice device = TestDevices.Get(selector);
        var progress = new TrainingProgress(device);
        progress.Advance();
        Tensor<float> x = device.Upload<float>(new Shape(Length), Enumerable.Repeat(1f, Length).ToArray());
        Tensor<float> y = device.Allocate<float>(new Shape(Length));
        Tensor<float> mask = device.Allocate<float>(new Shape(Length));
        float[] Draw(float rate, uint layer, ulong seed)
        {
            new Dropout(device, Length, rate, layer, seed).Forward(x, y, mask, progress);
            return mask.ToArray();
        }

        foreach (float rate in (float[])[0.1f, 0.5f, 0.9f])
        {
            float[] drawn = Draw(rate, 1, Seed);
            double share = drawn.Count(value => value == 0f) / (double)Length;
            double deviation = Math.Sqrt(rate * (1 - rate) / Length);
            Assert.InRange(share, rate - (4 * deviation), rate + (4 * deviation));
            Assert.All(drawn, value => Assert.True(value == 0f || value == (float)(1 / (1 - (double)rate))));
        }

        float[] one = Draw(0.5f, 1, Seed);
        Assert.Equal(one, Draw(0.5f, 1, Seed));
        float[][] others = [Draw(0.5f, 2, Seed), Draw(0.5f, 1, Seed + 1), Draw(0.5f, 1, Seed + (1UL << 32)), []];
        progress.Advance();
        others[3] = Draw(0.5f, 1, Seed);
        foreach (float[] other in others)
        {
            // Two independent masks agree in half of their elements.
            double same = one.Zip(other, (a, b) => a == b ? 1.0 : 0).Average();
            Assert.InRange(same, 0.48, 0.52);
        }

        // Neighbours are independent too.
        Assert.InRange(one.Zip(one.Skip(1), (a, b) => a == b ? 1.0 : 0).Average(), 0.48, 0.52);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Dropout_Gradient_MatchesFiniteDifferences(string selector)
    {
        const int Length = 133;
        ComputeDevice device = TestDevices.Get(selector);
        var progress = new TrainingProgress(device);
        progress.Advance();
        float[] values = Randoms.Normal(Length, seed: 1);
        float[] upstream = Randoms.Normal(Length, seed: 2);
        Tensor<float> x = device.Upload<float>(new Shape(Length), values);
        Tensor<float> gradient = device.Upload<float>(new Shape(Length), upstream);
        Tensor<float> mask = device.Allocate<float>(new Shape(Length));
        var dropout = new Dropout(device, Length, 0.4f, 0, Seed);

        dropout.Forward(x, x, mask, progress);
        dropout.Backward(gradient, mask, gradient);

        double[] factors = Array.ConvertAll(PhiloxMask.Of(Length, 0.4f, Seed, 1, 0), value => (double)value);
        GradientCheck.Of(
            "dropout", inputs => [.. inputs[0].Zip(factors, (value, factor) => value * factor)], [values.ToDouble()], 0,
            upstream.ToDouble(), gradient.ToArray());

        dropout.Apply(device.Upload<float>(new Shape(Length), values), mask, gradient);
        Assert.Equal(x.ToArray(), gradient.ToArray());
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Dropout_OfRateZero_KeepsEverything(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(100, seed: 1);
        Tensor<float> x = device.Upload<float>(new Shape(100), values);
        Tensor<float> mask = device.Allocate<float>(new Shape(100));

        new Dropout(device, 100, 0f, 0, Seed).Forward(x, x, mask, new TrainingProgress(device));

        Assert.Equal(values, x.ToArray());
        Assert.All(mask.ToArray(), value => Assert.Equal(1f, value));
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1f)]
    [InlineData(2f)]
    [InlineData(float.NaN)]
    public void Dropout_RateThatIsNoShare_IsRefused(float rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(TestDevices.Get("cpu"), 4, rate, 0, Seed));
}
