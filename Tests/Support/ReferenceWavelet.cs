// The wavelet transform in float64, written as its contract reads.

using NativeCnn.Engine.Operators;
using NativeCnn.Features.Options;

namespace NativeCnn.Tests.Support;

/// <summary>A row continued sample by sample, filtered level by level.</summary>
public static class ReferenceWavelet
{
    /// <summary>The transform of every column of [rows, frames].</summary>
    public static double[] OfColumns(double[] x, int frames, FeatureOptions options)
    {
        int length = x.Length / frames;
        var wavelet = Wavelet.Named(options.WaveletName);
        double[][] columns =
        [
            .. Enumerable.Range(0, frames).Select(m => Of(
                [.. Enumerable.Range(0, length).Select(k => x[(k * frames) + m])], wavelet, options.WaveletBorder,
                options.WaveletLevels)),
        ];
        return [.. Enumerable.Range(0, columns[0].Length).SelectMany(n => columns.Select(column => column[n]))];
    }

    /// <summary>a_L, d_L, ... d_1, as the contract reads; the row continued sample by sample.</summary>
    public static double[] Of(double[] x, Wavelet wavelet, WaveletBorder border, int levels)
    {
        double[] details = [];
        for (int level = 0; level < levels; level++)
        {
            double[] row = x;
            int taps = wavelet.Taps;
            bool isSymmetric = border == WaveletBorder.Symmetric;
            double[] period = isSymmetric ? [.. row, .. row.Reverse()]
                : row.Length % 2 == 0 ? row
                : [.. row, row[^1]];
            int results = isSymmetric ? (row.Length + taps - 1) / 2 : period.Length / 2;
            float[] low = wavelet.LowPass.ToArray();
            float[] high = wavelet.HighPass.ToArray();
            details = [.. Enumerable.Range(0, results).Select(o => Sum(high, o)), .. details];
            x = [.. Enumerable.Range(0, results).Select(o => Sum(low, o))];

            double Sum(float[] filter, int o)
            {
                double sum = 0;
                for (int j = 0; j < taps; j++)
                {
                    int at = (2 * o) + (isSymmetric ? 1 : taps / 2) - j;
                    sum += filter[j] * period[((at % period.Length) + period.Length) % period.Length];
                }

                return sum;
            }
        }

        return [.. x, .. details];
    }
}
