// From a frame to its mel bands in C: a Fourier transform of any length by its prime factors, the power, the bands.
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>Writes the spectrum of a frame.</summary>
internal static class CSpectrum
{
    /// <summary>The Fourier transform of a frame in buffer a.</summary>
    /// <param name="body">Where to.</param>
    /// <param name="options">The chain.</param>
    /// <param name="points">Complex points of the transform.</param>
    /// <returns>The buffer that holds the power.</returns>
    public static string Write(CBody body, FeatureOptions options, int points)
    {
        (string here, string there) = ("a", "b");
        bool isEven = options.FftSize % 2 == 0;
        if (!isEven)
        {
            body.Use("spread");
            body.Line("    spread(a, b);");
            (here, there) = ("b", "a");
        }

        List<int> factors = Factors(points);

        // Passes by 2 need roots of half the circle alone.
        int roots = factors.All(factor => factor == 2) && isEven ? Math.Max(1, options.FftSize / 2) : options.FftSize;
        body.Floats(
            "fourier_roots",
            [.. Enumerable.Range(0, roots).SelectMany(k => Root(k, options.FftSize))],
            $"re and im of e^(-2 pi i k / {options.FftSize}).");
        int s = 1;
        foreach (int factor in factors)
        {
            int m = points / (s * factor);
            body.Use(factor == 2 ? "fourier_pass_2" : "fourier_pass");
            body.Line(factor == 2
                ? $"    fourier_pass_2({here}, {there}, {m}, {s});"
                : $"    fourier_pass({here}, {there}, {m}, {s}, {factor});");
            s *= factor;
            (here, there) = (there, here);
        }

        body.Use(isEven ? "power_of_even" : "power_of_odd");
        body.Line($"    power_spectrum({here}, {there});");
        return there;
    }

    private static float[] Root(int k, int length)
    {
        (double sine, double cosine) = Math.SinCos(-2 * Math.PI * k / length);
        return [(float)cosine, (float)sine];
    }

    /// <summary>The prime factors, small ones first.</summary>
    private static List<int> Factors(int number)
    {
        List<int> factors = [];
        for (int factor = 2; number > 1; factor++)
        {
            for (; number % factor == 0; number /= factor)
            {
                factors.Add(factor);
            }
        }

        return factors;
    }

    /// <summary>The tables of the mel bands, and the function that sums them.</summary>
    public static void WriteMel(CBody body, FeatureOptions options)
    {
        var bank = MelFilterbank.Create(options);
        body.Whole(
            "mel_bins", "uint16_t", 2, bank.FirstBins.ToArray(),
            "The first bin of each mel triangle, where its weights begin, and these.");
        bool isShort = bank.Offsets[^1] <= ushort.MaxValue;
        body.Whole("mel_offsets", isShort ? "uint16_t" : "uint32_t", isShort ? 2 : 4, bank.Offsets.ToArray());
        float[] weights = bank.Weights.ToArray();
        body.Floats("mel_weights", weights.Length > 0 ? weights : [0]);
        body.Use("mel");
    }
}
