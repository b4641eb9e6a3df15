using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class NormalizerTests
{
    public static TheoryData<string, (int Clips, int Coefficients, int Frames)> Shapes =>
        TestDevices.Times<(int, int, int)>([(1, 1, 2), (5, 3, 7), (4, 40, 101), (33, 13, 16)]);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Normalizer_OfItsTrainingSet_GivesMeanZeroAndDeviationOne(
        string selector, (int Clips, int Coefficients, int Frames) size)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (int clips, int coefficients, int frames) = size;
        float[] values = Randoms.Normal(clips * coefficients * frames, seed: frames);
        for (int i = 0; i < values.Length; i++)
        {
            int c = i / frames % coefficients;
            values[i] = (values[i] * (c + 1)) - (300 * c);
        }

        Tensor<float> features = device.Upload<float>(new Shape(clips, coefficients, frames), values);

        Normalizer.Fit(features).Apply(features);

        float[] got = features.ToArray();
        for (int c = 0; c < coefficients; c++)
        {
            double[] row = [.. got.Where((_, i) => i / frames % coefficients == c).Select(v => (double)v)];
            Assert.Equal(0, row.Average(), 4);
            Assert.Equal(1, row.Select(v => v * v).Average(), 3);
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Normalizer_OfAConstantCoefficient_CentresIt(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = [.. Enumerable.Repeat(-632.4555f, 50), .. Randoms.Normal(50, seed: 3)];
        Tensor<float> features = device.Upload<float>(new Shape(1, 2, 50), values);

        Normalizer normalizer = Normalizer.Fit(features);
        normalizer.Apply(features);

        Assert.Equal(1, normalizer.Deviation[0]);
        Assert.All(features.ToArray()[..50], value => Assert.Equal(0, value, 3));
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Normalizer_FromItsNumbers_IsTheSame(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(3 * 4 * 20, seed: 9, scale: 7);
        Tensor<float> one = device.Upload<float>(new Shape(3, 4, 20), values);
        Tensor<float> two = device.Upload<float>(new Shape(3, 4, 20), values);

        Normalizer fitted = Normalizer.Fit(one);
        fitted.Apply(one);
        new Normalizer(fitted.Mean.ToArray(), fitted.Deviation.ToArray()).Apply(two);

        Assert.Equal(one.ToArray(), two.ToArray());
    }

    [Fact]
    public void Normalizer_OfNonsense_IsRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Assert.Throws<ArgumentException>(() => new Normalizer([0, 0], [1]));
        Assert.Throws<ArgumentException>(() => new Normalizer([], []));
        Assert.Throws<ArgumentException>(() => new Normalizer([0], [0]));
        Assert.Throws<ArgumentException>(() => new Normalizer([float.NaN], [1]));
        Assert.Throws<ArgumentException>(() => Normalizer.Fit(device.Allocate<float>(new Shape(2, 3))));
        Assert.Throws<ArgumentException>(() => Normalizer.Fit(device.Allocate<float>(new Shape(0, 3, 4))));
        Assert.Throws<ArgumentException>(
            () => new Normalizer([0, 0], [1, 1]).Apply(device.Allocate<float>(new Shape(1, 3, 4))));
        Assert.Throws<ArgumentException>(
            () => Normalizer.Fit(device.Upload<float>(new Shape(1, 1, 2), [float.NaN, 1])));
    }
}
