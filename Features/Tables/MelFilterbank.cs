// Overlapping triangles, evenly spaced in mel, that turn the bins of a spectrum into bands; computed in double, stored
// as float, both as the whole matrix and as the few weights of each band that are not zero.
//
//   edges e_0 .. e_{M+1}: evenly spaced in mel from MinFrequency to MaxFrequency
//   band m at frequency f: max(0, min((f - e_m) / (e_{m+1} - e_m), (e_{m+2} - f) / (e_{m+2} - e_{m+1})))
//   (straight over f; with MelShape.Mel all of f and e in that formula are in mel)
//   Slaney's norm: times 2 / (e_{m+2} - e_m); others divide by the sum, length or maximum of a band's own weights
//   VTLN: edges are warped by a line of three pieces, from l to h by 1 / warp, that keeps both ends (Kaldi)
//   mel, HTK:    2595 log10(1 + f / 700)
//   mel, Slaney: 3 f / 200 up to 1 kHz (15 mel), from there 15 + 27 ln(f / 1000) / ln 6.4
// Source: S. Young et al., "The HTK Book", 5.4; M. Slaney, "Auditory Toolbox" (1998), in the form librosa.filters.mel
// and torchaudio.functional.melscale_fbanks give them.

using NativeCnn.Features.Options;

namespace NativeCnn.Features.Tables;

/// <summary>A mel filterbank: mel[m] = sum_k Matrix[m, k] spectrum[k].</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed class MelFilterbank
{
    private const double SlaneyLinearMel = 3.0 / 200;
    private const double SlaneyBreakHz = 1000;
    private const double SlaneyBreakMel = 15;
    private static readonly double SlaneyLogStep = Math.Log(6.4) / 27;

    private readonly float[] matrix;
    private readonly float[] weights;
    private readonly int[] firstBins;
    private readonly int[] offsets;

    private MelFilterbank(int bands, int bins, float[] matrix)
    {
        Bands = bands;
        Bins = bins;
        this.matrix = matrix;
        firstBins = new int[bands];
        offsets = new int[bands + 1];
        var band = new List<float>();
        for (int m = 0; m < bands; m++)
        {
            ReadOnlySpan<float> row = matrix.AsSpan(m * bins, bins);
            int first = row.IndexOfAnyExcept(0f);
            if (first >= 0)
            {
                firstBins[m] = first;
                band.AddRange(row[first..(row.LastIndexOfAnyExcept(0f) + 1)]);
            }

            offsets[m + 1] = band.Count;
        }

        weights = [.. band];
    }

    /// <summary>Bands M, the rows of the matrix.</summary>
    public int Bands { get; }

    /// <summary>Bins of the spectrum, the columns of the matrix.</summary>
    public int Bins { get; }

    /// <summary>[bands, bins], row-major, zeros included.</summary>
    public ReadOnlySpan<float> Matrix => matrix;

    /// <summary>[bands]: the first bin of each band; 0 for a band between two bins, which has no weight.</summary>
    public ReadOnlySpan<int> FirstBins => firstBins;

    /// <summary>[bands + 1]: band m has the weights from Offsets[m] up to, without, Offsets[m + 1].</summary>
    public ReadOnlySpan<int> Offsets => offsets;

    /// <summary>The weights of all bands, one after the other, from each band's first bin on.</summary>
    public ReadOnlySpan<float> Weights => weights;

    /// <summary>The filterbank of these options.</summary>
    /// <param name="options">The options; must validate.</param>
    /// <exception cref="ArgumentException">The options do not validate.</exception>
    public static MelFilterbank Create(FeatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        double[] edges = Edges(options);
        double[] frequencies = BinFrequencies(options);
        double[] heights = new double[options.MelBands];
        for (int m = 0; m < heights.Length; m++)
        {
            heights[m] = options.MelNorm == MelNorm.Slaney ? 2 / (edges[m + 2] - edges[m]) : 1;
        }

        if (options.MelShape == MelShape.Mel)
        {
            edges = Array.ConvertAll(edges, hertz => ToMel(hertz, options.MelScale));
            frequencies = Array.ConvertAll(frequencies, hertz => ToMel(hertz, options.MelScale));
        }

        float[] matrix = new float[options.MelBands * frequencies.Length];
        double[] band = new double[frequencies.Length];
        for (int m = 0; m < options.MelBands; m++)
        {
            (double low, double peak, double high) = (edges[m], edges[m + 1], edges[m + 2]);
            for (int k = 0; k < frequencies.Length; k++)
            {
                double rise = (frequencies[k] - low) / (peak - low);
                double fall = (high - frequencies[k]) / (high - peak);
                band[k] = heights[m] * Math.Max(0, Math.Min(rise, fall));
            }

            double size = options.MelNorm switch
            {
                MelNorm.Sum => band.Sum(),
                MelNorm.Length => Math.Sqrt(band.Sum(weight => weight * weight)),
                MelNorm.Peak => band.Max(),
                _ => 1,
            };
            for (int k = 0; k < band.Length; k++)
            {
                matrix[(m * band.Length) + k] = (float)(size > 0 ? band[k] / size : 0);
            }
        }

        return new MelFilterbank(options.MelBands, frequencies.Length, matrix);
    }

    /// <summary>Frequency to pitch.</summary>
    /// <param name="hertz">Frequency in Hz, at least 0.</param>
    /// <param name="scale">Which scale.</param>
    /// <returns>Pitch in mel of that scale.</returns>
    public static double ToMel(double hertz, MelScale scale) =>
        scale == MelScale.Htk ? 2595 * Math.Log10(1 + (hertz / 700))
        : hertz < SlaneyBreakHz ? hertz * SlaneyLinearMel
        : SlaneyBreakMel + (Math.Log(hertz / SlaneyBreakHz) / SlaneyLogStep);

    /// <summary>Pitch to frequency, the inverse of <see cref="ToMel"/>.</summary>
    /// <param name="mel">Pitch in mel of that scale, at least 0.</param>
    /// <param name="scale">Which scale.</param>
    /// <returns>Frequency in Hz.</returns>
    public static double ToHertz(double mel, MelScale scale) =>
        scale == MelScale.Htk ? 700 * (Math.Pow(10, mel / 2595) - 1)
        : mel < SlaneyBreakMel ? mel / SlaneyLinearMel
        : SlaneyBreakHz * Math.Exp(SlaneyLogStep * (mel - SlaneyBreakMel));

    private static double[] Edges(FeatureOptions options)
    {
        double low = ToMel(options.MinFrequency, options.MelScale);
        double high = ToMel(options.EffectiveMaxFrequency, options.MelScale);
        double step = (high - low) / (options.MelBands + 1);
        double[] edges = new double[options.MelBands + 2];
        for (int i = 0; i < edges.Length; i++)
        {
            edges[i] = Warp(ToHertz(low + (i * step), options.MelScale), options);
        }

        return edges;
    }

    private static double Warp(double hertz, FeatureOptions options)
    {
        (double low, double high) = (options.MinFrequency, options.EffectiveMaxFrequency);
        double scale = 1 / options.VtlnWarp;
        double l = options.VtlnLow * Math.Max(1, options.VtlnWarp);
        double h = options.EffectiveVtlnHigh * Math.Min(1, options.VtlnWarp);
        return options.VtlnWarp == 1 || hertz < low || hertz > high ? hertz
            : hertz < l ? low + (((scale * l) - low) / (l - low) * (hertz - low))
            : hertz < h ? scale * hertz
            : high + ((high - (scale * h)) / (high - h) * (hertz - high));
    }

    private static double[] BinFrequencies(FeatureOptions options)
    {
        double spacing = options.BinGrid == BinGrid.Linspace
            ? (double)(options.SampleRate / 2) / (options.Bins - 1)
            : (double)options.SampleRate / options.FftSize;
        double[] frequencies = new double[options.Bins];
        for (int k = 0; k < frequencies.Length; k++)
        {
            frequencies[k] = k * spacing;
        }

        return frequencies;
    }
}
