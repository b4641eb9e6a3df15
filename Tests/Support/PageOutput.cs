// Is what a command printed what a page says that it prints? Words are the same, widths of columns are not looked at.
// Whole numbers are the same; others agree in all digits but the last, for C libraries differ in the last bits of
// functions such as the logarithm, and units in the last place by a few.
using System.Globalization;
using System.Text.RegularExpressions;

namespace NativeCnn.Tests.Support;

internal static partial class PageOutput
{
    private const double FewUlps = 2;

    // Of a value: float64 differences have ten digits, of which nine are printed.
    private const double Share = 1e-7;

    // What is left where terms cancel.
    private const double Least = 1e-9;

    /// <summary>The first difference, for people; null for none.</summary>
    /// <param name="page">The lines of the page.</param>
    /// <param name="printed">The lines that were printed.</param>
    /// <param name="varies">Numbers are those of one machine: there must be some, but they may be others.</param>
    public static string? Difference(string[] page, string[] printed, bool varies)
    {
        string[] expected = [.. page.Where(line => line.Length > 0)];
        string[] came = [.. printed.Where(line => line.Length > 0)];
        for (int i = 0; i < Math.Max(expected.Length, came.Length); i++)
        {
            string line = i < expected.Length ? expected[i] : "(nothing)";
            string other = i < came.Length ? came[i] : "(nothing)";
            if (!AreAlike(line, other, varies))
            {
                return $"the page has '{line}', it is '{other}'";
            }
        }

        return null;
    }

    private static bool AreAlike(string line, string other, bool varies)
    {
        (string words, string[] numbers) = Split(line);
        (string otherWords, string[] otherNumbers) = Split(other);
        return words == otherWords &&
            (varies || numbers.Zip(otherNumbers).All(pair => AreClose(pair.First, pair.Second)));
    }

    /// <summary>A line with # for each number, single blanks, and the numbers.</summary>
    private static (string Words, string[] Numbers) Split(string line) => (
        Blanks().Replace(Number().Replace(line, "#"), " ").Trim(),
        [.. Number().Matches(line).Select(number => number.Value)]);

    private static bool AreClose(string one, string other)
    {
        (double a, double b) = (Value(one), Value(other));
        bool isWhole = IsWhole(one) && IsWhole(other);
        return a == b || Math.Abs(a - b) <= (
            one.EndsWith("ULP", StringComparison.Ordinal) ? FewUlps
            : isWhole ? 0
            : Math.Max(Share * Math.Abs(a), Least) + (1.01 * Math.Min(UnitOf(one), UnitOf(other))));
    }

    private static double Value(string number) => double.Parse(
        number.Replace("ULP", "", StringComparison.Ordinal).Trim(), NumberStyles.Float | NumberStyles.AllowThousands,
        CultureInfo.InvariantCulture);

    private static bool IsWhole(string number) => !number.Contains('.', StringComparison.Ordinal) &&
        !number.Contains('e', StringComparison.OrdinalIgnoreCase);

    /// <summary>What 1 in the last digit is worth.</summary>
    private static double UnitOf(string number)
    {
        string[] parts = number.ToLowerInvariant().Split('e');
        int point = parts[0].IndexOf('.', StringComparison.Ordinal);
        int behind = point < 0 ? 0 : parts[0].Length - 1 - point;
        int exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return IsWhole(number) ? 0 : Math.Pow(10, exponent - behind);
    }

    [GeneratedRegex(@"(?<![\w.])-?\d+(,\d{3})*(\.\d+)?([eE][-+]?\d+)?( ULP)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
