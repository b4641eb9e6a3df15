// What is done with the rows of a clip in C once they are logarithms: wavelet and cosine transform, deltas.
using NativeCnn.Engine.Operators;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>Writes the transforms of rows.</summary>
internal static class CTransforms
{
    /// <summary>From what the logarithm gave to coefficients, in the place of the row.</summary>
    public static void Write(CBody body, FeatureOptions options)
    {
        if (options.Kind == FeatureKind.LogMel)
        {
            return;
        }

        if (options.Kind == FeatureKind.WaveletCepstrum)
        {
            var wavelet = Wavelet.Named(options.WaveletName);
            int[] lengths = WaveletPlan.LengthsOf(
                options.Bins, wavelet.Taps, options.WaveletBorder, options.WaveletLevels);
            int[] places = new int[lengths.Length];
            for (int level = options.WaveletLevels, place = lengths[^1]; level > 0; level--)
            {
                places[level] = place;
                place += lengths[level];
            }

            body.Whole("wavelet_lengths", "uint16_t", 2, lengths, "Lengths of the levels, and where details lie.");
            body.Whole("wavelet_places", "uint16_t", 2, places);
            body.Floats("wavelet_low", wavelet.LowPass.ToArray(), $"The wavelet {options.WaveletName}.");
            body.Floats("wavelet_high", wavelet.HighPass.ToArray());
            body.Use("wavelet_" + options.WaveletBorder.ToString().ToLowerInvariant());
            body.Use("wavelet");
            body.Line("    wavelet(row, a, b);");
        }
        else
        {
            body.Line("    memcpy(a, row, BANDS * sizeof *a);");
        }

        float[] matrix = DctMatrix.Create(options);
        int columns = options.TransformLength;
        float[] transposed = new float[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            transposed[(i % columns * options.Coefficients) + (i / columns)] = matrix[i];
        }

        body.Floats("cosines", transposed, "The cosine transform, liftering in it, [n][coefficient].");
        body.Use("cosine");
        body.Line("    cosine(a, row);");
    }

    /// <summary>Deltas behind the rows of all frames.</summary>
    public static void WriteDeltas(CBody body, FeatureOptions options)
    {
        if (options.Deltas == 0)
        {
            return;
        }

        body.Use("delta_" + options.EffectiveDeltaBorder.ToString().ToLowerInvariant());
        body.Use("delta");
        bool isSecondDerivative = options.DeltaConvention == DeltaConvention.SavitzkyGolay;
        for (int d = 0; d < options.Deltas; d++)
        {
            string weights = body.Floats(
                "delta_weights",
                DeltaWeights.Create(options.EffectiveDeltaWidth, isSecondDerivative ? d + 1 : 1));
            int from = isSecondDerivative ? 0 : d * options.StaticRows;
            body.Line($"delta(rows, {from}, {(d + 1) * options.StaticRows}, {weights});");
        }
    }
}
