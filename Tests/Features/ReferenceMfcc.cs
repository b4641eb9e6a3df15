// The feature chain in float64, written as the formulas read: the definition that faster bodies are held against.
//
//   frame m     x_m[n] = x[m hop + n - pad], less its mean and its neighbour on request; times w[n]
//   spectrum    S[k, m] = |sum_n x_m[n] exp(-2 pi i k n / N)|^power
//   mel         E[b, m] = sum_k F[b, k] S[k, m]
//   log         L = 10 log10(max(E, floor) / max(reference, floor)), at least max(L) - topDb;  or  L = ln(E + offset);  or  L = ln(max(E, floor))
//   MFCC        C[c, m] = sum_b D[c, b] L[b, m], liftering in D
//   energy      ln(max(sum_n x_m[n]^2, floor)) in place of C[0, m], or before L
//   deltas      slope, or curvature, of the line or parabola of least squares through a window

using NativeCnn.Features;
using NativeCnn.Features.Spectral;

namespace NativeCnn.Tests.Features;

/// <summary>Every stage of the chain for one clip; each [rows, frames], row-major.</summary>
public sealed record ReferenceMfcc(
    int Frames, double[] Power, double[] Mel, double[] LogMel, double[] Mfcc, double[] Features)
{
    /// <summary>Computes all stages.</summary>
    public static ReferenceMfcc Of(ReadOnlySpan<float> signal, FeatureOptions options)
    {
        options.Validate();
        int frames = options.Frames(signal.Length);
        double[] energy = new double[frames];
        double[] power = Spectrum(signal, options, energy);
        double[] mel = Product(MelFilterbank.Create(options).Matrix, power, options.MelBands, options.Bins, frames);
        double[] logMel = Logarithm(mel, options);
        double[] mfcc = Product(DctMatrix.Create(options), logMel, options.Coefficients, options.MelBands, frames);
        if (options.UseEnergy)
        {
            energy.CopyTo(mfcc, 0);
        }

        double[] features = options.Kind == FeatureKind.Mfcc ? mfcc
            : options.UseEnergy ? [.. energy, .. logMel]
            : logMel;
        if (options.ClipNormalization != ClipNormalization.None)
        {
            bool scaled = options.ClipNormalization == ClipNormalization.MeanVariance;
            features = [.. features.Chunk(frames).SelectMany(row => WithoutMean(row, scaled))];
        }

        for (int d = 1; d <= options.Deltas; d++)
        {
            bool interpolated = options.DeltaConvention == DeltaConvention.SavitzkyGolay;
            int from = interpolated ? 0 : d - 1;
            double[][] rows = [.. features.Chunk(frames).Skip(from * options.StaticRows).Take(options.StaticRows)];
            features = [.. features, .. rows.SelectMany(row => Delta(row, options, interpolated ? d : 1))];
        }

        return new ReferenceMfcc(frames, power, mel, logMel, mfcc, features);
    }

    private static IEnumerable<double> WithoutMean(double[] row, bool scaled)
    {
        double mean = row.Average();
        double variance = row.Average(value => (value - mean) * (value - mean));
        return row.Select(value => (value - mean) / (scaled ? Math.Sqrt(variance + 1e-5) : 1));
    }

    private static IEnumerable<double> Delta(double[] row, FeatureOptions options, int derivative)
    {
        int half = options.EffectiveDeltaWidth / 2;
        int[] window = [.. Enumerable.Range(-half, (2 * half) + 1)];
        double meanSquare = window.Average(j => (double)j * j);
        for (int t = 0; t < row.Length; t++)
        {
            int centre = options.DeltaConvention == DeltaConvention.SavitzkyGolay
                ? Math.Clamp(t, half, row.Length - 1 - half)
                : t;
            double[] values = [.. window.Select(j => row[Math.Clamp(centre + j, 0, row.Length - 1)])];
            // Of least squares: the projection upon j, or upon the part of j^2 that no constant has.
            double[] basis = [.. window.Select(j => derivative == 1 ? j : (j * j) - meanSquare)];
            yield return derivative * basis.Zip(values, (b, v) => b * v).Sum() / basis.Sum(b => b * b);
        }
    }

    /// <summary>Mean, energy, pre-emphasis and window of a frame, in place.</summary>
    /// <returns>The logarithm of energy.</returns>
    private static double Condition(double[] frame, float[] window, FeatureOptions options)
    {
        double[] x = [.. frame.Take(options.FrameLength).Select(value => value * options.SampleScale)];
        double mean = options.RemoveDc ? x.Average() : 0;
        x = [.. x.Select(value => value - mean)];
        double energy = x.Sum(value => value * value);
        Array.Clear(frame);
        for (int n = 0; n < x.Length; n++)
        {
            frame[n] = window[n] * (x[n] - (options.PreEmphasis * x[Math.Max(n - 1, 0)]));
        }

        energy = options.RawEnergy ? energy : frame.Sum(value => value * value);
        return Math.Log(Math.Max(energy, Math.Max(options.EnergyFloor, Math.Pow(2, -23))));
    }

    private static double[] Spectrum(ReadOnlySpan<float> signal, FeatureOptions options, double[] energy)
    {
        int frames = energy.Length;
        int size = options.FftSize;
        float[] window = Windows.Create(options);
        double[] cosine = [.. Enumerable.Range(0, size).Select(n => Math.Cos(Math.Tau * n / size))];
        double[] sine = [.. Enumerable.Range(0, size).Select(n => Math.Sin(Math.Tau * n / size))];

        double[] spectrum = new double[options.Bins * frames];
        double[] frame = new double[size];
        for (int m = 0; m < frames; m++)
        {
            for (int n = 0; n < size; n++)
            {
                int source = Framing.SourceIndex(Framing.Start(m, options) + n, signal.Length, options.PadMode);
                frame[n] = source < 0 ? 0 : signal[source];
            }

            energy[m] = Condition(frame, window, options);

            for (int k = 0; k < options.Bins; k++)
            {
                double real = 0;
                double imaginary = 0;
                int angle = 0;
                for (int n = 0; n < size; n++)
                {
                    real += frame[n] * cosine[angle];
                    imaginary -= frame[n] * sine[angle];
                    angle += k;
                    angle -= angle >= size ? size : 0;
                }

                double square = (real * real) + (imaginary * imaginary);
                spectrum[(k * frames) + m] = options.Power == 2 ? square : Math.Sqrt(square);
            }
        }

        return spectrum;
    }

    private static double[] Logarithm(double[] mel, FeatureOptions options)
    {
        if (options.Log == LogScale.Natural)
        {
            return [.. mel.Select(value => Math.Log(value + options.LogOffset))];
        }

        if (options.Log == LogScale.FlooredNatural)
        {
            return [.. mel.Select(value => Math.Log(Math.Max(value, options.LogFloor)))];
        }

        double zero = 10 * Math.Log10(Math.Max(options.LogReference, options.LogFloor));
        double[] decibels = [.. mel.Select(value => (10 * Math.Log10(Math.Max(value, options.LogFloor))) - zero)];
        double least = options.TopDb is { } range && decibels.Length > 0
            ? decibels.Max() - range
            : double.NegativeInfinity;
        return [.. decibels.Select(value => Math.Max(value, least))];
    }

    private static double[] Product(ReadOnlySpan<float> left, double[] right, int rows, int inner, int columns)
    {
        double[] product = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < inner; k++)
            {
                double weight = left[(i * inner) + k];
                for (int j = 0; j < columns; j++)
                {
                    product[(i * columns) + j] += weight * right[(k * columns) + j];
                }
            }
        }

        return product;
    }
}
