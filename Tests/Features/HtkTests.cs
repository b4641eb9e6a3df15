// The preset htk against the formulas of "The HTK Book" (3.4), written here by themselves in float64:
//   5.2   each window less its mean (ZMEANSOURCE); s'_n = s_n - k s_{n-1}, s'_1 = (1 - k) s_1;
//         times 0.54 - 0.46 cos(2 pi (n - 1) / (N - 1))
//   5.4   Mel(f) = 2595 log10(1 + f / 700); magnitudes (or power) shared between the two channels beside them by their
//         distance in mel; a channel is at least 1, and its logarithm the natural one
//   5.6   c_i = sqrt(2 / N) sum_j m_j cos(pi i / N (j - 0.5));  c'_n = (1 + L / 2 sin(pi n / L)) c_n
//   5.9   d_t = sum_theta theta (c_{t+theta} - c_{t-theta}) / (2 sum_theta theta^2), the end vectors repeated
// The order of a vector is c_1 .. c_P, c_0 (or the energy), as 5.10 draws it.

using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class HtkTests
{
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void HtkPreset_ItsFeatures_AreThoseOfTheBook(string selector)
    {
        foreach ((int rate, FeatureOptions options) in (IEnumerable<(int, FeatureOptions)>)
        [
            (8000, FeatureOptions.Htk(8000) with { Deltas = 2 }),
            (16000, FeatureOptions.Htk(16000) with { RemoveDc = true, Power = 2 }),
            (11025, FeatureOptions.Htk(11025) with { UseEnergy = true, Lifter = 0 }),
        ])
        {
            int samples = (rate / 40) + (11 * (rate / 100)) + 7;
            float[] noise = Randoms.Normal(samples, seed: 6, scale: 0.02);
            // Silence at the end, so that the floor of the channels is reached.
            float[] signal =
            [
                .. noise.Select((value, n) =>
                    n > samples - (rate / 20) ? 0f : (float)(0.01 + value + (0.3 * Math.Sin(0.2 * n)))),
            ];
            ComputeDevice device = TestDevices.Get(selector);
            var extractor = new FeatureExtractor(device, options, 1, samples);
            Tensor<float> features = device.Allocate<float>(extractor.Output);
            extractor.Extract(device.Upload<float>(new Shape(1, samples), signal), features);

            double[][] expected = Book(signal, rate, options);
            Assert.Equal(expected[0].Length, extractor.Frames);
            Closeness.Close(
                $"{rate} Hz", features.ToArray().ToDouble(), [.. expected.SelectMany(row => row)], 1e-3,
                expected.Length, expected[0].Length);
        }
    }

    /// <summary>[coefficients, frames].</summary>
    private static double[][] Book(float[] signal, int rate, FeatureOptions options)
    {
        int size = rate / 40;
        int shift = rate / 100;
        int points = 2;
        while (points < size)
        {
            points *= 2;
        }

        List<double[]> vectors = [];
        for (int first = 0; first + size <= signal.Length; first += shift)
        {
            double[] s = [.. signal.Skip(first).Take(size).Select(value => 32768.0 * value)];
            if (options.RemoveDc)
            {
                double mean = s.Average();
                s = [.. s.Select(value => value - mean)];
            }

            double energy = Math.Log(s.Sum(value => value * value) is var e && e > 0 ? e : Math.Pow(2, -23));
            double[] emphasised = [.. s.Select((value, n) => value - (0.97 * (n == 0 ? s[0] : s[n - 1])))];
            double[] windowed =
                [.. emphasised.Select((value, n) => value * (0.54 - (0.46 * Math.Cos(2 * Math.PI * n / (size - 1)))))];
            double[] m = Channels(windowed, points, rate, options.Power);
            double[] c = [.. Enumerable.Range(0, 13).Select(i => Coefficient(m, i, options.Lifter))];
            vectors.Add([.. c.Skip(1), options.UseEnergy ? energy : c[0]]);
        }

        double[][] rows = [.. Enumerable.Range(0, 13).Select(i => vectors.Select(vector => vector[i]).ToArray())];
        double[][] deltas = [.. rows.Select(Delta)];
        return options.Deltas == 2 ? [.. rows, .. deltas, .. deltas.Select(Delta)] : rows;
    }

    private static double[] Channels(double[] frame, int points, int rate, int power)
    {
        const int Count = 26;
        double top = Mel(rate / 2.0);
        double[] centres = [.. Enumerable.Range(0, Count + 2).Select(j => top * j / (Count + 1))];
        double[] channels = new double[Count + 2];
        for (int k = 1; k < points / 2; k++)
        {
            double re = frame.Select((value, n) => value * Math.Cos(2 * Math.PI * k * n / points)).Sum();
            double im = frame.Select((value, n) => value * Math.Sin(2 * Math.PI * k * n / points)).Sum();
            double magnitude = Math.Pow((re * re) + (im * im), power / 2.0);
            double mel = Mel((double)k * rate / points);
            int below = Array.FindLastIndex(centres, centre => centre <= mel);
            double lower = (centres[below + 1] - mel) / (centres[below + 1] - centres[below]);
            channels[below] += lower * magnitude;
            channels[below + 1] += (1 - lower) * magnitude;
        }

        return [.. channels.Skip(1).Take(Count).Select(value => Math.Log(Math.Max(1, value)))];
    }

    private static double Coefficient(double[] m, int i, double lifter)
    {
        double sum = m.Select((value, j) => value * Math.Cos(Math.PI * i / m.Length * (j + 0.5))).Sum();
        double lift = lifter == 0 ? 1 : 1 + (lifter / 2 * Math.Sin(Math.PI * i / lifter));
        return lift * Math.Sqrt(2.0 / m.Length) * sum;
    }

    private static double[] Delta(double[] c) =>
    [
        .. c.Select((_, t) => Enumerable.Range(1, 2).Sum(theta =>
            theta * (c[Math.Min(t + theta, c.Length - 1)] - c[Math.Max(t - theta, 0)])) / (2 * (1 + 4))),
    ];

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));
}
