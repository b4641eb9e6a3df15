// Which classes were taken for which, in the width of a terminal: a matrix where it fits, else the pairs that were
// confused most.
using System.Globalization;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Cli.Output;

/// <summary>A confusion matrix as lines of text.</summary>
internal static class ConfusionTable
{
    private const int MostPairs = 20;
    private const int LongestLabel = 24;
    private const int LeastLabel = 3;
    private const int Gap = 2;

    // A heading of fewer letters says nothing.
    private const int LeastCell = 3;

    /// <summary>The lines.</summary>
    /// <param name="matrix">The counts.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="width">Columns of the terminal.</param>
    public static IEnumerable<string> Lines(ConfusionMatrix matrix, IReadOnlyList<string> labels, int width)
    {
        string[] names = [.. labels.Select(label => Terminal.Shown(label))];
        int digits = matrix.ToRows().Max(row => row.Max()).ToString(CultureInfo.InvariantCulture).Length;
        int least = Math.Max(digits, LeastCell);
        int left = Math.Min(names.Max(name => name.Length), width - (matrix.Classes * (least + Gap)));
        if (left < Math.Min(LeastLabel, names.Max(name => name.Length)))
        {
            return Pairs(matrix, names, width);
        }

        left = Math.Min(left, LongestLabel);
        int room = ((width - left) / matrix.Classes) - Gap;
        return Matrix(matrix, names, left, Math.Max(Math.Min(room, left), least));
    }

    private static IEnumerable<string> Matrix(ConfusionMatrix matrix, string[] names, int left, int cell)
    {
        yield return "confusion matrix: true classes by row, predicted ones by column";
        foreach (string line in TextTable.Format(
            ["", .. names.Select(name => Cut(name, cell))],
            names.Select((name, truth) => (string[])
            [
                Cut(name, left),
                .. Enumerable.Range(0, matrix.Classes).Select(predicted => matrix[truth, predicted] is > 0 and var count
                    ? count.ToString(CultureInfo.InvariantCulture)
                    : "."),
            ])))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Pairs(ConfusionMatrix matrix, string[] names, int width)
    {
        IReadOnlyList<(int Truth, int Predicted, int Count)> mistakes = matrix.Mistakes();
        if (mistakes.Count == 0)
        {
            yield return "no class was taken for another";
            yield break;
        }

        // Two labels, two columns of numbers and the gaps between.
        int longest = Math.Max(LeastCell, (width - 24) / 2);
        foreach (string line in TextTable.Format(
            ["class", "taken for", "clips", "of its clips"],
            mistakes.Take(MostPairs).Select(one => (string[])
            [
                Cut(names[one.Truth], longest), Cut(names[one.Predicted], longest),
                Show.Count(one.Count), Show.Percent((double)one.Count / matrix.CountOfTruth(one.Truth)),
            ]),
            leftColumns: 2))
        {
            yield return line;
        }

        if (mistakes.Count > MostPairs)
        {
            yield return $"{MostPairs} of {Show.Count(mistakes.Count)} confused pairs; --json has all";
        }
    }

    // Never half of a character that takes two.
    private static string Cut(string text, int longest) => text.Length <= longest ? text
        : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
