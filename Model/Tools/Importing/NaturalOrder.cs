using System.Text.RegularExpressions;

namespace NativeCnn.Tools.Importing;

/// <summary>Names in the order of the numbers in them: <c>features.3</c> before <c>features.10</c>.</summary>
internal static partial class NaturalOrder
{
    /// <summary>The name with a sign for each number.</summary>
    public static string Pattern(string name) => Numbers().Replace(name, "#");

    /// <summary>Compares two names of the same pattern by their numbers.</summary>
    public static int Compare(string left, string right)
    {
        MatchCollection a = Numbers().Matches(left);
        MatchCollection b = Numbers().Matches(right);
        for (int i = 0; i < Math.Min(a.Count, b.Count); i++)
        {
            (string one, string other) = (a[i].Value.TrimStart('0'), b[i].Value.TrimStart('0'));
            int order = one.Length != other.Length
                ? one.Length - other.Length
                : string.CompareOrdinal(one, other);
            if (order != 0)
            {
                return order;
            }
        }

        return string.CompareOrdinal(left, right);
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}
