// The filters of orthogonal wavelets, by spectral factorisation: with N vanishing moments, the roots y of
//   P(y) = sum_{k < N} C(N - 1 + k, k) y^k
// give pairs z, 1/z by y = (2 - z - 1/z) / 4, one of which goes into the filter beside (1 + z)^N. Daubechies' wavelets
// take all roots inside the unit circle; symlets those whose phase is the nearest to a straight line.
// Source: I. Daubechies, "Ten Lectures on Wavelets" (1992), 6.1 (Daubechies), 6.4 and 8.1 (symlets), 8.2 (coiflet 1).
// The order of taps and the choice for symlets are PyWavelets'.
using System.Globalization;
using System.Numerics;

namespace NativeCnn.Generator;

/// <summary>Writes <c>WaveletTables</c>.</summary>
internal static class WaveletTables
{
    // The first tap of PyWavelets' decomposition filter tells which roots a symlet takes.
    private static readonly Dictionary<int, double> SymletFirst = new()
    {
        [4] = -0.07576571479,
        [5] = 0.02733306834,
        [6] = 0.01540410933,
        [7] = 0.00268181457,
        [8] = -0.00338241595,
    };

    public static GeneratedFile File()
    {
        var code = new CodeWriter("WaveletTables.cs");
        code.Add("""

            namespace NativeCnn.Engine.Operators;

            /// <summary>The tables of <see cref="Wavelet"/>.</summary>
            internal static class WaveletTables
            {
            /// <summary>Decomposition low-pass filters by PyWavelets' names.</summary>
            public static readonly Dictionary<string, double[]> LowPass = new(StringComparer.Ordinal)
            {
            """);
        Add(code, "haar", Daubechies(1));
        for (int moments = 1; moments <= 8; moments++)
        {
            Add(code, $"db{moments}", Daubechies(moments));
        }

        for (int moments = 2; moments <= 8; moments++)
        {
            Add(code, $"sym{moments}", Symlet(moments));
        }

        Add(code, "coif1", Coiflet1());
        code.Add("""
            };
            }
            """);
        return new GeneratedFile("Engine/Operators/Wavelet/Generated/WaveletTables.g.cs", code.ToString());
    }

    private static void Add(CodeWriter code, string name, double[] taps)
    {
        Check(name, taps);
        code.Add($"""
            ["{name}"] =
            [
            """);
        foreach (double[] line in taps.Chunk(4))
        {
            IEnumerable<string> numbers = line.Select(tap => tap.ToString("F11", CultureInfo.InvariantCulture));
            code.Add($"    {string.Join(", ", numbers)},");
        }

        code.Add("],");
    }

    // A filter is orthogonal to itself moved by any even number of taps.
    private static void Check(string name, double[] taps)
    {
        for (int shift = 0; shift < taps.Length; shift += 2)
        {
            double product = taps.Skip(shift).Zip(taps, (a, b) => a * b).Sum();
            if (Math.Abs(product - (shift == 0 ? 1 : 0)) >= 1e-10)
            {
                throw new InvalidOperationException($"{name} moved by {shift} gives {product} with itself");
            }
        }
    }

    private static double[] Daubechies(int moments)
    {
        double[] taps = FilterOf(moments, InnerRoots(moments));
        return Math.Abs(taps[0]) < Math.Abs(taps[^1]) || moments == 1 ? taps : [.. taps.Reverse()];
    }

    private static double[] Symlet(int moments)
    {
        if (!SymletFirst.TryGetValue(moments, out double first))
        {
            return Daubechies(moments);
        }

        // Of a conjugate pair both zeros are inside the unit circle or both outside.
        Complex[][] groups =
        [
            .. from zero in InnerRoots(moments)
               where zero.Imaginary > -1e-9
               select zero.Imaginary > 1e-9 ? new[] { zero, Complex.Conjugate(zero) } : [zero],
        ];
        return Enumerable.Range(0, 1 << groups.Length)
            .Select(outer =>
                FilterOf(moments, [.. groups.SelectMany((group, i) => Side(group, (outer >> i & 1) != 0))]))
            .SelectMany(taps => new double[][] { taps, [.. taps.Reverse()] })
            .MinBy(taps => Math.Abs(taps[0] - first))!;

        static Complex[] Side(Complex[] group, bool outer) => outer ? Array.ConvertAll(group, z => 1 / z) : group;
    }

    private static double[] Coiflet1()
    {
        double root = Math.Sqrt(7);
        double[] taps = [root - 3, 1 - root, 14 - (2 * root), 14 + (2 * root), 5 + root, 1 - root];
        return Array.ConvertAll(taps, tap => tap / (16 * Math.Sqrt(2)));
    }

    // The taps of (z + 1)^moments times the factors of the zeros, with the sum sqrt(2).
    private static double[] FilterOf(int moments, Complex[] zeros)
    {
        Complex[] taps = [1];
        foreach (Complex zero in Enumerable.Repeat(new Complex(-1, 0), moments).Concat(zeros))
        {
            var longer = new Complex[taps.Length + 1];
            for (int i = 0; i < taps.Length; i++)
            {
                longer[i] -= zero * taps[i];
                longer[i + 1] += taps[i];
            }

            taps = longer;
        }

        double scale = Math.Sqrt(2) / taps.Sum(tap => tap.Real);
        return Array.ConvertAll(taps, tap => tap.Real * scale);
    }

    // The zeros z inside the unit circle.
    private static Complex[] InnerRoots(int moments)
    {
        double[] coefficients = [.. Enumerable.Range(0, moments).Select(k => Binomial(moments - 1 + k, k))];
        return Array.ConvertAll(RootsOf(coefficients), y =>
        {
            Complex b = 2 - (4 * y);
            Complex z = (b + Complex.Sqrt((b * b) - 4)) / 2;
            return Complex.Abs(z) > 1 ? 1 / z : z;
        });
    }

    private static double Binomial(int n, int k) =>
        Enumerable.Range(1, k).Aggregate(1L, (value, i) => value * (n - k + i) / i);

    // Durand and Kerner: all roots at once.
    private static Complex[] RootsOf(double[] coefficients)
    {
        int degree = coefficients.Length - 1;
        Complex[] roots = [.. Enumerable.Range(0, degree).Select(k => Complex.Pow(new Complex(0.4, 0.9), k))];
        double largest = 1;
        for (int pass = 0; pass < 2000 && largest >= 1e-16; pass++)
        {
            largest = 0;
            for (int i = 0; i < degree; i++)
            {
                Complex step = 0;
                foreach (double coefficient in coefficients.Reverse())
                {
                    step = (step * roots[i]) + (coefficient / coefficients[^1]);
                }

                for (int j = 0; j < degree; j++)
                {
                    step = j == i ? step : step / (roots[i] - roots[j]);
                }

                roots[i] -= step;
                largest = Math.Max(largest, Complex.Abs(step));
            }
        }

        return roots;
    }
}
