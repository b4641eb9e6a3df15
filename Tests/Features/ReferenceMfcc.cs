// The feature chain in float64, written as the formulas read: the definition that faster bodies are held against.
//
//   frame m     x_m[n] = x[m hop + n - pad], less its mean and its neighbour on request; times w[n]
//   spectrum    S[k, m] = |sum_n x_m[n] exp(-2 pi i k n / N)|^power
//   mel         E[b, m] = sum_k F[b, k] S[k, m]
//   log         L = 10 log10(max(E, floor) / max(reference, floor)), at least max(L) - topDb;  or  L = ln(E + offset);
//               or  L = ln(max(E, floor))
//   MFCC        C[c, m] = sum_b D[c, b] L[b, m], liftering in D
//   energy      ln(max(sum_n x_m[n]^2, floor)) in place of C[0, m], or before L
//   mean        of every row taken from it, on request
//   wavelet     of 10 log10 ... of S along k; times the lifter; C = D of that, without mel
//   deltas      slope, or curvature, of the line or parabola of least squares through a window

using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

/// <summary>Every stage of the chain for one clip; each [rows, frames], row-major.</summary>
public sealed record ReferenceMfcc(
    int Frames, double[] Power, double[] Mel, double[] LogMel, double[] Mfcc, double[] Features,
    double[] LogSpectrum, double[] Wavelet)
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
        double[] logSpectrum = [];
        double[] wavelet = [];
        double[] mfcc;
        if (options.Kind == FeatureKind.WaveletCepstrum)
        {
            logSpectrum = Logarithm(power, options);
            wavelet = ReferenceWavelet.OfColumns(logSpectrum, frames, options);
            mfcc = Cepstrum(wavelet, frames, options, liftsColumns: true);
        }
        else
        {
            mfcc = Cepstrum(logMel, frames, options, liftsColumns: false);
        }

        if (options.UseEnergy)
        {
            energy.CopyTo(mfcc, options.FirstRowLast ? mfcc.Length - frames : 0);
        }

        double[] features = options.Kind != FeatureKind.LogMel ? mfcc
            : !options.UseEnergy ? logMel
            : options.FirstRowLast ? [.. logMel, .. energy]
            : [.. energy, .. logMel];
        if (options.SubtractMean)
        {
            features = [.. features.Chunk(frames).SelectMany(row => row.Select(value => value - row.Average()))];
        }

        for (int d = 1; d <= options.Deltas; d++)
        {
            bool interpolated = options.DeltaConvention == DeltaConvention.SavitzkyGolay;
            int from = interpolated ? 0 : d - 1;
            double[][] rows = [.. features.Chunk(frames).Skip(from * options.StaticRows).Take(options.StaticRows)];
            features = [.. features, .. rows.SelectMany(row => Delta(row, options, interpolated ? d : 1))];
        }

        return new ReferenceMfcc(frames, power, mel, logMel, mfcc, features, logSpectrum, wavelet);
    }

    /// <summary>y_c = s_c sum_n cos(pi c (2 n + 1) / (2 M)) x_n for type 2, liftered at either end.</summary>
    private static double[] Cepstrum(double[] x, int frames, FeatureOptions options, bool liftsColumns)
    {
        int columns = x.Length / frames;
        if (options.DctType != 2)
        {
            return Product(DctMatrix.Create(options), x, options.Coefficients, columns, frames);
        }

        List<double[]> rows = [];
        for (int c = 0; c < options.Coefficients; c++)
        {
            double scale = options.DctNorm switch
            {
                DctNorm.None => 2,
                DctNorm.Htk => Math.Sqrt(2.0 / columns),
                _ => Math.Sqrt((c == 0 ? 1.0 : 2.0) / columns),
            };
            double[] row = new double[frames];
            for (int n = 0; n < columns; n++)
            {
                double weight = scale * Math.Cos(Math.PI * c * (n + 0.5) / columns) * Lift(liftsColumns ? n : c);
                for (int m = 0; m < frames; m++)
                {
                    row[m] += weight * x[(n * frames) + m];
                }
            }

            rows.Add(row);
        }

        return options.FirstRowLast
            ? [.. rows.Skip(1).SelectMany(row => row), .. rows[0]]
            : [.. rows.SelectMany(row => row)];

        double Lift(int n) => options.Lifter == 0
            ? 1
            : 1 + (options.Lifter / 2 * Math.Sin(Math.PI * (n + options.LifterStart) / options.Lifter));
    }

    private static IEnumerable<double> Delta(double[] row, FeatureOptions options, int derivative)
    {
        int half = options.EffectiveDeltaWidth / 2;
        int[] window = [.. Enumerable.Range(-half, (2 * half) + 1)];
        double meanSquare = window.Average(j => (double)j * j);
        for (int t = 0; t < row.Length; t++)
        {
            int centre = options.EffectiveDeltaBorder == DeltaBorder.Interpolated
                ? Math.Clamp(t, half, row.Length - 1 - half)
                : t;
            double[] values = [.. window.Select(j => At(row, centre + j, options.EffectiveDeltaBorder))];
            // Of least squares: the projection upon j, or upon the part of j^2 that no constant has.
            double[] basis = [.. window.Select(j => derivative == 1 ? j : (j * j) - meanSquare)];
            yield return derivative * basis.Zip(values, (b, v) => b * v).Sum() / basis.Sum(b => b * b);
        }
    }

    private static double At(double[] row, int t, DeltaBorder border)
    {
        if (border == DeltaBorder.Zero && (t < 0 || t >= row.Length))
        {
            return 0;
        }

        while (border == DeltaBorder.Wrapped && (t < 0 || t >= row.Length))
        {
            t += t < 0 ? row.Length : -row.Length;
        }

        while (border == DeltaBorder.Mirrored && row.Length > 1 && (t < 0 || t >= row.Length))
        {
            t = t < 0 ? -t : (2 * (row.Length - 1)) - t;
        }

        return row[Math.Clamp(t, 0, row.Length - 1)];
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

        if (options.Log == LogScale.Log10)
        {
            return [.. mel.Select(value => Math.Log10(Math.Max(value, options.LogFloor)))];
        }

        double factor = options.Log == LogScale.Decibel ? 10 : 20;
        double reference = options.ReferenceIsMaximum ? mel.Max() : options.LogReference;
        double zero = factor * Math.Log10(Math.Max(reference, options.LogFloor));
        double[] decibels = [.. mel.Select(value => (factor * Math.Log10(Math.Max(value, options.LogFloor))) - zero)];
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
