using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class RowMomentsTests
{
    public static TheoryData<string, (int Clips, int Coefficients, int Frames)> Shapes =>
        TestDevices.Times<(int, int, int)>([(4, 40, 101), (1, 1, 1), (2, 1, 3000), (3, 5, 16)]);

    [Theory]
    [Trait(Slow.Category, Slow.Name)]
    [MemberData(nameof(Shapes))]
    public void Moments_OfRows_MatchTheReference(string selector, (int Clips, int Coefficients, int Frames) size)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (int clips, int coefficients, int frames) = size;
        float[] values = Randoms.Normal(clips * coefficients * frames, seed: frames);
        for (int i = 0; i < values.Length; i++)
        {
            // A large mean must not cost the deviation its digits.
            values[i] += 100 * (i / frames % 3);
        }

        double[] expected =
        [
            .. values.Chunk(frames).SelectMany(row =>
            {
                double mean = row.Average(value => (double)value);
                return (double[])[mean, row.Sum(value => (value - mean) * (value - mean))];
            }),
        ];
        Tensor<float> moments = device.Allocate<float>(new Shape(clips, coefficients, RowMoments.Count));

        RowMoments.Compute(device.Upload<float>(new Shape(clips, coefficients, frames), values), moments);

        float[] got = moments.ToArray();
        for (int i = 0; i < got.Length; i++)
        {
            Assert.Equal(expected[i], got[i], 2e-4 * Math.Max(1, frames / 1000.0));
        }
    }

    [Fact]
    public void Moments_OfOtherShapes_AreRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Assert.Throws<ArgumentException>(() => RowMoments.Compute(
            device.Allocate<float>(new Shape(2, 3)), device.Allocate<float>(new Shape(2, 3, 2))));
        Assert.Throws<ArgumentException>(() => RowMoments.Compute(
            device.Allocate<float>(new Shape(2, 3, 4)), device.Allocate<float>(new Shape(2, 3))));
    }
}
