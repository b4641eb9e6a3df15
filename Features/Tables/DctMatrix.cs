// The cosine transform that turns M log mel bands into coefficients, as a matrix [coefficients, bands] in which the
// liftering may be folded; computed in double, stored as float. Sums run over n = 0 .. M - 1:
//
//   type 1   y_k = x_0 + (-1)^k x_{M-1} + 2 sum_{0 < n < M-1} x_n cos(pi k n / (M - 1))
//   type 2   y_k = 2 sum x_n cos(pi k (2 n + 1) / (2 M))
//   type 3   y_k = x_0 + 2 sum_{n > 0} x_n cos(pi (2 k + 1) n / (2 M))
// Orthonormal: weighted so that all M rows have length 1 and stand at right angles. HTK's: sqrt(2 / M) before the
// cosine of type 2, in row 0 too. Row 0 may stand last.
// Source: K. R. Rao, P. Yip, "Discrete Cosine Transform" (1990), with the factors of scipy.fft.dct; type 2 is also
// torchaudio.functional.create_dct. Liftering: B.-H. Juang et al. (1987), in the form of librosa.feature.mfcc;
// HTK's: S. Young et al., "The HTK Book" (3.4), 5.6.

using NativeCnn.Features.Options;

namespace NativeCnn.Features.Tables;

/// <summary>Builds cosine transforms: mfcc[k] = sum_n matrix[k, n] logMel[n].</summary>
public static class DctMatrix
{
    /// <summary>
    /// The transform of these options, liftering folded in: of its rows, the coefficients, for mel bands; of its
    /// columns, the wavelet coefficients, for a wavelet cepstrum.
    /// </summary>
    /// <param name="options">The options; must validate.</param>
    /// <returns>[coefficients, bands], or [coefficients, wavelet coefficients], row-major.</returns>
    /// <exception cref="ArgumentException">The options do not validate.</exception>
    public static float[] Create(FeatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        bool isWavelet = options.Kind == FeatureKind.WaveletCepstrum;
        int columns = options.TransformLength;
        float[] matrix = Create(
            options.Coefficients, columns, options.DctNorm, options.DctType, isWavelet ? 0 : options.Lifter,
            options.LifterStart);
        for (int i = 0; i < matrix.Length && isWavelet; i++)
        {
            matrix[i] = (float)(matrix[i] * LifterWeight((i % columns) + options.LifterStart, options.Lifter));
        }

        return options.FirstRowLast ? [.. matrix.AsSpan(columns), .. matrix.AsSpan(0, columns)] : matrix;
    }

    /// <summary>The first rows of a cosine transform.</summary>
    /// <param name="coefficients">Rows, from 1 to <paramref name="bands"/>.</param>
    /// <param name="bands">M, columns; at least 1, for type 1 at least 2.</param>
    /// <param name="norm">How it is scaled.</param>
    /// <param name="type">1, 2 or 3.</param>
    /// <param name="lifter">L of <see cref="LifterWeight"/>, by which row k is multiplied; 0 for none.</param>
    /// <param name="lifterStart">The n of row 0 there.</param>
    /// <returns>[coefficients, bands], row-major.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static float[] Create(
        int coefficients, int bands, DctNorm norm, int type = 2, double lifter = 0, int lifterStart = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(type, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(type, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(bands, type == 1 ? 2 : 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(coefficients, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(coefficients, bands);
        ArgumentOutOfRangeException.ThrowIfNegative(lifter);

        float[] matrix = new float[coefficients * bands];
        for (int k = 0; k < coefficients; k++)
        {
            double lift = LifterWeight(k + lifterStart, lifter);
            for (int n = 0; n < bands; n++)
            {
                matrix[(k * bands) + n] = (float)(lift * Weight(k, n, bands, type, norm));
            }
        }

        return matrix;
    }

    /// <summary>The factor of liftering: 1 + (L / 2) sin(pi n / L); 1 where L is 0.</summary>
    /// <param name="n">The coefficient, counted from <see cref="FeatureOptions.LifterStart"/>.</param>
    /// <param name="lifter">L, at least 0.</param>
    public static double LifterWeight(int n, double lifter) =>
        lifter == 0 ? 1 : 1 + (lifter / 2 * Math.Sin(Math.PI * n / lifter));

    private static double Weight(int k, int n, int bands, int type, DctNorm norm)
    {
        bool ortho = norm == DctNorm.Ortho;
        int last = bands - 1;
        switch (type)
        {
            case 1:
                bool endColumn = n == 0 || n == last;
                bool endRow = k == 0 || k == last;
                double edge = (endColumn ? Math.Sqrt(0.5) : 1) * (endRow ? Math.Sqrt(0.5) : 1);
                return Math.Cos(Math.PI * k * n / last)
                    * (ortho ? Math.Sqrt(2.0 / last) * edge : endColumn ? 1 : 2);
            case 2:
                return Math.Cos(Math.PI * k * ((2 * n) + 1) / (2 * bands))
                    * (ortho ? Math.Sqrt((k == 0 ? 1.0 : 2.0) / bands)
                        : norm == DctNorm.Htk ? Math.Sqrt(2.0 / bands)
                        : 2);
            default:
                return Math.Cos(Math.PI * ((2 * k) + 1) * n / (2 * bands))
                    * (ortho ? Math.Sqrt((n == 0 ? 1.0 : 2.0) / bands) : n == 0 ? 1 : 2);
        }
    }
}
