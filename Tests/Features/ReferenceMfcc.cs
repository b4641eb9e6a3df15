// The feature chain in float64, written as the formulas read: the definition that faster bodies are held against.
//
//   frame m     x_m[n] = w[n] x[m hop + n - pad]
//   spectrum    S[k, m] = |sum_n x_m[n] exp(-2 pi i k n / N)|^power
//   mel         E[b, m] = sum_k F[b, k] S[k, m]
//   log         L = 10 log10(max(E, floor) / max(reference, floor)), at least max(L) - topDb;  or  L = ln(E + offset)
//   MFCC        C[c, m] = sum_b D[c, b] L[b, m], liftering in D

using NativeCnn.Features.Spectral;

namespace NativeCnn.Tests.Features;

/// <summary>Every stage of the chain for one clip; each [rows, frames], row-major.</summary>
public sealed record ReferenceMfcc(int Frames, double[] Power, double[] Mel, double[] LogMel, double[] Mfcc)
{
    /// <summary>Computes all stages.</summary>
    public static ReferenceMfcc Of(ReadOnlySpan<float> signal, FeatureOptions options)
    {
        options.Validate();
        int frames = options.Frames(signal.Length);
        double[] power = Spectrum(signal, options, frames);
        double[] mel = Product(MelFilterbank.Create(options).Matrix, power, options.MelBands, options.Bins, frames);
        double[] logMel = Logarithm(mel, options);
        double[] mfcc = Product(DctMatrix.Create(options), logMel, options.Coefficients, options.MelBands, frames);
        return new ReferenceMfcc(frames, power, mel, logMel, mfcc);
    }

    private static double[] Spectrum(ReadOnlySpan<float> signal, FeatureOptions options, int frames)
    {
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
                frame[n] = source < 0 ? 0 : (double)window[n] * signal[source];
            }

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
