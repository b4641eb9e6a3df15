using System.Numerics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class RealFftTests
{
    private const double Epsilon = 1.0 / (1 << 23);

    /// <summary>
    /// (batch, length): every power of two to 8,192, batches below, at and above a vector's lanes; every length to 66;
    /// products of 2, 3, 5 and 7, primes, twice primes, in shared memory and beyond it.
    /// </summary>
    private static readonly (int Batch, int Length)[] Sizes =
    [
        .. Enumerable.Range(1, 13).Select(power => (2, 1 << power)),
        (1, 64), (16, 2), (17, 32), (33, 128), (19, 256),
        .. Enumerable.Range(1, 66).Where(length => !BitOperations.IsPow2(length)).Select(length => (3, length)),
        (1, 1), (19, 400), (33, 243), (16, 480), (2, 600), (17, 625), (2, 1323), (2, 1536), (2, 2047), (2, 3000),
        (5, 448), (31, 98), (9, 147), (2, 343), (17, 1470),
        (2, 2053), (3, 4000), (2, 4098), (3, 4374), (2, 5003), (2, 6000), (2, 7001), (2, 9998),
    ];

    public static TheoryData<string, (int Batch, int Length)> Cases
    {
        get
        {
            TheoryData<string, (int, int)> rows = [];
            foreach ((int batch, int length) in Sizes)
            {
                foreach (string selector in TestDevices.WithRungs("real-fft"))
                {
                    // A lane of the simulator is a thread of the machine: short rows are enough for the direct sum.
                    bool isLong = selector.EndsWith("=1", StringComparison.Ordinal) && length > 130;
                    bool isRungBelow = selector.EndsWith("=4", StringComparison.Ordinal) &&
                        (!BitOperations.IsPow2(length) || length is < 2 or > 4096);
                    if (!isLong && !isRungBelow)
                    {
                        rows.Add(selector, (batch, length));
                    }
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RealFft_Forward_MatchesTheDirectTransform(string selector, (int Batch, int Length) size)
    {
        (int batch, int length) = size;
        float[] values = Randoms.Normal(batch * length, seed: length + batch);
        float[] spectrum = Forward(TestDevices.Get(selector), batch, length, values);
        int bins = (length / 2) + 1;
        (double[] cos, double[] sin) = Turns(length);
        for (int b = 0; b < batch; b++)
        {
            double tolerance = Tolerance(values.AsSpan(b * length, length));
            // All bins of short rows; of long ones the ends and a sample in between.
            for (int k = 0; k < bins; k += length > 1024 && k > 20 && k < bins - 40 ? 17 : 1)
            {
                double re = 0;
                double im = 0;
                for (int n = 0; n < length; n++)
                {
                    int turn = (int)((long)k * n % length);
                    re += values[(b * length) + n] * cos[turn];
                    im -= values[(b * length) + n] * sin[turn];
                }

                int at = 2 * ((b * bins) + k);
                double distance = Math.Max(Math.Abs(spectrum[at] - re), Math.Abs(spectrum[at + 1] - im));
                Assert.True(
                    distance <= tolerance,
                    $"row {b}, bin {k} of {length}: got ({spectrum[at]}, {spectrum[at + 1]}), expected ({re}, {im})");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RealFft_Inverse_UndoesForward(string selector, (int Batch, int Length) size)
    {
        (int batch, int length) = size;
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(batch * length, seed: length + 7);
        var fft = new RealFft(device, batch, length);
        Tensor<float> x = device.Upload<float>(new Shape(batch, length), values);
        Tensor<float> spectrum = device.Allocate<float>(new Shape(batch, (length / 2) + 1, 2));
        Tensor<float> back = device.Allocate<float>(new Shape(batch, length));

        fft.Forward(x, spectrum);
        fft.Inverse(spectrum, back);

        float[] got = back.ToArray();
        double tolerance = 2 * Tolerance(values.AsSpan(0, length)) / Math.Sqrt(length);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.True(Math.Abs(got[i] - values[i]) <= tolerance, $"sample {i}: got {got[i]}, expected {values[i]}");
        }

        Assert.Equal(values, x.ToArray());
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void RealFft_Inverse_IgnoresTheImaginaryPartsOfTheEnds(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        foreach (int length in new[] { 2, 8, 8192, 6, 94, 400, 6000 })
        {
            var fft = new RealFft(device, 1, length);
            float[] values = Randoms.Normal(length + 2, seed: length);
            float[] clean = [.. values];
            clean[1] = 0;
            clean[length + 1] = 0;
            Assert.Equal(Inverse(values), Inverse(clean));

            float[] Inverse(float[] spectrum)
            {
                Tensor<float> x = device.Allocate<float>(new Shape(1, length));
                fft.Inverse(device.Upload<float>(new Shape(1, (length / 2) + 1, 2), spectrum), x);
                return x.ToArray();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RealFft_Energy_IsKeptUpToTheLength(string selector, (int Batch, int Length) size)
    {
        (int batch, int length) = size;
        float[] values = Randoms.Normal(batch * length, seed: length + 11);
        float[] spectrum = Forward(TestDevices.Get(selector), batch, length, values);
        int bins = (length / 2) + 1;
        for (int b = 0; b < batch; b++)
        {
            // Bin 0, and the last one of an even length, have no mirror image.
            double signal = Energy(values.AsSpan(b * length, length));
            double all = 2 * Energy(spectrum.AsSpan(2 * b * bins, 2 * bins));
            double once = Energy(spectrum.AsSpan(2 * b * bins, 2))
                + (length % 2 == 0 ? Energy(spectrum.AsSpan(2 * ((b * bins) + bins - 1), 2)) : 0);
            Assert.Equal(1.0, (all - once) / (length * signal), 5);
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void RealFft_OfASum_IsTheSumOfTransforms(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        const int Length = 512;
        float[] a = Randoms.Normal(Length, seed: 1);
        float[] b = Randoms.Normal(Length, seed: 2);
        float[] sum = [.. a.Zip(b, (u, v) => (3 * u) - v)];
        float[] ofA = Forward(device, 1, Length, a);
        float[] ofB = Forward(device, 1, Length, b);
        float[] ofSum = Forward(device, 1, Length, sum);
        double tolerance = 3 * Tolerance(sum);
        for (int i = 0; i < ofSum.Length; i++)
        {
            Assert.True(Math.Abs(ofSum[i] - ((3 * ofA[i]) - ofB[i])) <= tolerance, $"element {i}");
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void RealFft_Row_DoesNotDependOnItsNeighbours(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        foreach (int length in new[] { 64, 8192, 45, 94, 400, 6000 })
        {
            float[] values = Randoms.Normal(5 * length, seed: 3);
            float[] together = Forward(device, 5, length, values);
            float[] alone = Forward(device, 1, length, values[(3 * length)..(4 * length)]);
            int row = 2 * ((length / 2) + 1);
            Assert.Equal(alone, together[(3 * row)..(4 * row)]);
        }
    }

    [Fact]
    public void RealFft_OfManyRows_GivesEachRowWhatItHasAlone()
    {
        // So many rows that the host asks for memory ahead, and a last group that overlaps the one before it.
        ComputeDevice device = TestDevices.Get("cpu");
        foreach ((int batch, int length) in new[] { (1_003, 128), (301, 448), (77, 1536), (51, 4096), (333, 343) })
        {
            float[] values = Randoms.Normal(batch * length, seed: length);
            float[] together = Forward(device, batch, length, values);
            float[] back = Inverse(device, batch, length, together);
            int row = 2 * ((length / 2) + 1);
            foreach (int b in new[] { 0, 1, 15, 16, batch / 2, batch - 17, batch - 2, batch - 1 })
            {
                float[] alone = Forward(device, 1, length, values[(b * length)..((b + 1) * length)]);
                Assert.Equal(alone, together[(b * row)..((b + 1) * row)]);
                Assert.Equal(Inverse(device, 1, length, alone), back[(b * length)..((b + 1) * length)]);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-8)]
    [InlineData(RealFft.LongestLength + 1)]
    public void RealFft_OfAnotherLength_SaysWhatToGive(int length)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new RealFft(TestDevices.Get("cpu"), 1, length));
        Assert.Contains("give 1 to", error.Message, StringComparison.Ordinal);
        Assert.False(RealFft.Supports(length));
    }

    [Fact]
    public void RealFft_OfAnotherShape_IsRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var fft = new RealFft(device, 2, 8);
        Tensor<float> x = device.Allocate<float>(new Shape(2, 8));
        Assert.Throws<ArgumentException>(() => fft.Forward(x, device.Allocate<float>(new Shape(2, 4, 2))));
        Assert.Throws<ArgumentException>(() => fft.Inverse(x, x));
    }

    private static float[] Forward(ComputeDevice device, int batch, int length, float[] values)
    {
        Tensor<float> x = device.Upload<float>(new Shape(batch, length), values);
        Tensor<float> spectrum = device.Allocate<float>(new Shape(batch, (length / 2) + 1, 2));
        new RealFft(device, batch, length).Forward(x, spectrum);
        return spectrum.ToArray();
    }

    private static float[] Inverse(ComputeDevice device, int batch, int length, float[] values)
    {
        Tensor<float> x = device.Allocate<float>(new Shape(batch, length));
        Tensor<float> spectrum = device.Upload<float>(new Shape(batch, (length / 2) + 1, 2), values);
        new RealFft(device, batch, length).Inverse(spectrum, x);
        return x.ToArray();
    }

    /// <summary>
    /// The rounding of a fast transform: sqrt(log2 n) steps of epsilon, of the signal's norm; twice that for other
    /// lengths than powers of two, which may take a chirp's two transforms.
    /// </summary>
    private static double Tolerance(ReadOnlySpan<float> row) =>
        (BitOperations.IsPow2(row.Length) ? 2 : 4)
        * Epsilon * Math.Sqrt(Math.Max(1, Math.Log2(row.Length))) * Math.Sqrt(Energy(row));

    private static double Energy(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }

        return sum;
    }

    private static (double[] Cos, double[] Sin) Turns(int length)
    {
        double[] cos = new double[length];
        double[] sin = new double[length];
        for (int k = 0; k < length; k++)
        {
            (sin[k], cos[k]) = Math.SinCos(Math.Tau * k / length);
        }

        return (cos, sin);
    }
}
