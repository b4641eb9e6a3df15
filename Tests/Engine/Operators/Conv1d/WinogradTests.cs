using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Simd;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>Minimal filtering: its transforms in every width, where it is taken, and how far it is from float64.</summary>
public sealed unsafe class WinogradTests
{
    private const int Tiles = 21;

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Winograd_OfEveryWidth_IsTheCorrelation(int taps)
    {
        IsTheCorrelation<FloatVector512>(taps);
        IsTheCorrelation<FloatVector256>(taps);
        IsTheCorrelation<FloatVector128>(taps);
    }

    [Fact]
    public void Winograd_GradientOfEveryWidth_IsTheCorrelationWithTheGradients()
    {
        GradientIsTheCorrelation<FloatVector512>();
        GradientIsTheCorrelation<FloatVector256>();
        GradientIsTheCorrelation<FloatVector128>();
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 4)]
    [InlineData(3, 8)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(4, 4)]
    [InlineData(4, 8)]
    public void Winograd_WeightsOfEveryHeight_AreThoseOfOneFilter(int count, int height)
    {
        const int channels = 3;
        int points = Winograd.PointsOf(count);
        float[] taps = Randoms.Normal(channels * count * height, seed: 5);
        float[] all = new float[points * channels * height];
        float[] one = new float[points];
        float[] ofOne = new float[count];
        fixed (float* from = taps, to = all, own = ofOne, alone = one)
        {
            WinogradWeights.Run(count, from, channels, height, to, channels * height);
            for (int i = 0; i < channels * height; i++)
            {
                int start = (i / height * count * height) + (i % height);
                for (int tap = 0; tap < count; tap++)
                {
                    ofOne[tap] = taps[start + (tap * height)];
                }

                WinogradWeights.Run(count, own, 1, 1, alone, 1);
                for (int point = 0; point < points; point++)
                {
                    Assert.Equal(one[point], all[(point * channels * height) + i]);
                }
            }
        }
    }

    [Theory]
    [InlineData(64, 40, 100, 64, 3, 1, 1, 1, true)] // deep's first layer
    [InlineData(1, 128, 100, 128, 3, 1, 1, 1, true)]
    [InlineData(1, 16, 8, 16, 3, 1, 1, 1, false)] // too little work to transform weights for
    [InlineData(64, 8, 100, 64, 3, 1, 1, 1, false)] // too few channels to share a transformed source
    [InlineData(64, 64, 5, 64, 3, 1, 1, 1, false)] // tiles of four would be half empty
    [InlineData(64, 64, 100, 64, 3, 2, 1, 1, false)]
    [InlineData(64, 64, 100, 64, 3, 1, 2, 1, false)]
    [InlineData(64, 64, 100, 64, 3, 1, 1, 2, false)]
    [InlineData(64, 40, 100, 64, 4, 1, 1, 1, true)] // the article's
    [InlineData(64, 64, 100, 64, 5, 1, 1, 1, false)]
    public void Winograd_IsTaken_WhereItPays(
        int batch, int channels, int length, int filters, int taps, int stride, int dilation, int groups, bool taken) =>
        Assert.Equal(taken, Winograd.Suits(new Conv1dShape(
            batch, channels, length, filters, taps, stride, Padding: 1, dilation, groups)));

    /// <summary>Clips lie side by side in vectors; none may see another, were it NaN.</summary>
    [Theory]
    [InlineData(3, 25, 1)] // the last tile reads on into the next clip
    [InlineData(3, 28, 1)]
    [InlineData(3, 28, 0)]
    [InlineData(4, 27, 1)]
    [InlineData(4, 29, 1)]
    [InlineData(4, 30, 0)]
    [InlineData(4, 31, 0)]
    public void Winograd_OfAClip_IsTheSameWhateverClipsAreBesideIt(int taps, int length, int padding)
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var shape = new Conv1dShape(6, 16, length, 16, taps, Padding: padding);
        float[] x = Randoms.Normal(shape.Input.Length, seed: 9);
        float[] poisoned = [.. x];
        poisoned.AsSpan(2 * 16 * length, 16 * length).Fill(float.NaN);
        Tensor<float> weight = device.Upload<float>(shape.Weight, Randoms.Normal(shape.Weight.Length, seed: 10));
        var conv = new Conv1d(device, shape);

        float[] y = Forward(x);
        float[] beside = Forward(poisoned);

        int clip = 16 * shape.OutputLength;
        Assert.Equal(y[..(2 * clip)], beside[..(2 * clip)]);
        Assert.Equal(y[(3 * clip)..], beside[(3 * clip)..]);
        Assert.All(beside[(2 * clip)..(3 * clip)], value => Assert.True(float.IsNaN(value)));

        float[] Forward(float[] values)
        {
            Tensor<float> output = device.Allocate<float>(shape.Output);
            conv.Forward(device.Upload<float>(shape.Input, values), weight, null, output);
            return output.ToArray();
        }
    }

    /// <summary>
    /// What the header of Winograd.cs says of the error, with some room: direct sums of 128 channels have 2.2e-7. It
    /// grows with the root of their number.
    /// </summary>
    [Theory]
    [InlineData(3, 4, 128, 100, 64, 6e-7)]
    [InlineData(3, 1, 600, 65, 16, 1.3e-6)]
    [InlineData(4, 4, 128, 100, 64, 9e-7)]
    [InlineData(4, 1, 600, 65, 16, 2e-6)]
    public void Winograd_OfManyChannels_StaysWithinItsErrorOfFloat64(
        int taps, int batch, int channels, int length, int filters, double most)
    {
        var shape = new Conv1dShape(batch, channels, length, filters, taps, Padding: 1);
        ComputeDevice device = TestDevices.Get("cpu");
        float[] x = Array.ConvertAll(Randoms.Normal(shape.Input.Length, seed: 6), value => MathF.Max(value, 0));
        float[] weight = Array.ConvertAll(Randoms.Normal(shape.Weight.Length, seed: 7), value => value / 20);
        float[] dY = Randoms.Normal(shape.Output.Length, seed: 8);
        var conv = new Conv1d(device, shape);
        Tensor<float> y = device.Allocate<float>(shape.Output), dX = device.Allocate<float>(shape.Input);
        Tensor<float> dWeight = device.Allocate<float>(shape.Weight);
        Tensor<float> source = device.Upload<float>(shape.Input, x);
        Tensor<float> weights = device.Upload<float>(shape.Weight, weight);
        Tensor<float> gradient = device.Upload<float>(shape.Output, dY);

        conv.Forward(source, weights, null, y);
        conv.BackwardInput(gradient, weights, dX);
        conv.BackwardWeight(source, gradient, dWeight, null);

        (double[] dXWanted, double[] dWeightWanted) = ConvolutionReference.Gradients(
            shape, x.ToDouble(), weight.ToDouble(), dY.ToDouble());
        Assert.InRange(
            RelativeError(ConvolutionReference.Convolve(shape, x.ToDouble(), weight.ToDouble(), null), y), 0, most);
        Assert.InRange(RelativeError(dXWanted, dX), 0, most);
        Assert.InRange(RelativeError(dWeightWanted, dWeight), 0, most);
    }

    /// <summary>Root mean square of the error over that of the values.</summary>
    private static double RelativeError(double[] wanted, Tensor<float> got) => Math.Sqrt(
        wanted.Zip(got.ToArray(), (w, g) => (w - g) * (w - g)).Sum() / wanted.Sum(w => w * w));

    private static void IsTheCorrelation<TVector>(int count)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        int lanes = TVector.Count;
        int points = Winograd.PointsOf(count);
        int padded = (Tiles + lanes - 1) / lanes * lanes;
        float[] row = Randoms.Normal((4 * padded) + (4 * lanes) + 4, seed: 1);
        float[] taps = Randoms.Normal(count, seed: 2);
        float[] data = new float[points * padded];
        float[] weights = new float[points];
        float[] outputs = new float[4 * padded];
        fixed (float* r = row, d = data, g = taps, w = weights, y = outputs)
        fixed (int* inside = Winograd.Inside(count, 1, padded, 0))
        {
            WinogradTiles<TVector>.Data(count, r, Tiles, (float*)inside, d, padded);
            WinogradWeights.Run(count, g, 1, 1, w, 1);
            for (int i = 0; i < data.Length; i++)
            {
                d[i] *= w[i / padded];
            }

            WinogradTiles<TVector>.Output(count, d, padded, Tiles, y);
        }

        Near.All(
            $"{lanes} lanes",
            [.. Enumerable.Range(0, 4 * Tiles).Select(
                i => Enumerable.Range(0, count).Sum(tap => taps[tap] * row[i + tap]))],
            outputs[..(4 * Tiles)], 1e-5);
    }

    private static void GradientIsTheCorrelation<TVector>()
        where TVector : unmanaged, IFloatVector<TVector>
    {
        int lanes = TVector.Count;
        int padded = (Tiles + lanes - 1) / lanes * lanes;
        float[] row = Randoms.Normal((4 * padded) + (4 * lanes) + 4, seed: 3);
        float[] rows = Randoms.Normal(4 * Tiles * lanes, seed: 4);
        float[] data = new float[Winograd.GradientPoints * padded];
        float[] gradient = new float[Winograd.GradientPoints * Tiles * lanes];
        float[] sums = new float[Winograd.GradientPoints * lanes];
        float[] total = new float[lanes];
        float[] taps = new float[3 * lanes];
        fixed (float* r = row, d = data, e = rows, to = gradient, s = sums, t = taps, all = total)
        fixed (int* inside = Winograd.Inside(3, 1, padded, 0))
        {
            WinogradTiles<TVector>.Data(3, r, Tiles, (float*)inside, d, padded);
            WinogradTiles<TVector>.Gradient(e, Tiles, to, lanes, Tiles * lanes, all);
            for (int i = 0; i < gradient.Length; i++)
            {
                int point = i / (Tiles * lanes);
                s[(point * lanes) + (i % lanes)] += d[(point * padded) + (i / lanes % Tiles)] * to[i];
            }

            WinogradTiles<TVector>.Taps3(s, lanes, t, lanes);
        }

        for (int f = 0; f < lanes; f++)
        {
            double[] wanted =
            [
                .. Enumerable.Range(0, 3).Select(tap => Enumerable.Range(0, 4 * Tiles).Sum(
                    l => rows[(l * lanes) + f] * (double)row[l + tap])),
            ];
            Near.All(
                $"{lanes} lanes, filter {f}", [.. wanted.Select(value => (float)value)],
                [taps[f], taps[lanes + f], taps[(2 * lanes) + f]], 1e-4);
            Assert.Equal(Enumerable.Range(0, 4 * Tiles).Sum(l => rows[(l * lanes) + f]), total[f], 1e-4f);
        }
    }
}
