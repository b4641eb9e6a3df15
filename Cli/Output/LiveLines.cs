// The lines beneath a table that is growing: a bar, rates and times, a sparkline. Each fits a width and ends there, for
// a line that the terminal itself breaks would stay on the screen.
using System.Globalization;

namespace NativeCnn.Cli.Output;

/// <summary>Makes the lines of a live view.</summary>
internal static class LiveLines
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const int LeastBar = 8;
    private const int MostBar = 40;

    /// <summary>A title, a bar and a share: <c>epoch 3/15  ━━━━━━────────  45 %</c>.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="done">How much of it.</param>
    /// <param name="total">How much there is.</param>
    /// <param name="width">Characters at most.</param>
    public static string Bar(string title, long done, long total, int width)
    {
        double share = total <= 0 ? 0 : Math.Clamp((double)done / total, 0, 1);
        string percent = $"{Math.Floor(share * 100).ToString("0", CultureInfo.InvariantCulture),3} %";
        int room = width - percent.Length - 4;
        string shown = Cut(title, Math.Max(room - LeastBar, 8));
        int bar = Math.Clamp(room - shown.Length, 0, MostBar);
        int filled = (int)Math.Round(share * bar);
        return Cut($"{shown}  {new string('━', filled)}{new string('─', bar - filled)}  {percent}", width);
    }

    /// <summary>
    /// The last numbers as bars between the least and the largest of them: a fall reads as <c>█▆▄▃▂▂▁</c>. Those that
    /// are not finite are a cross.
    /// </summary>
    /// <param name="values">The numbers.</param>
    /// <param name="width">Bars at most.</param>
    public static string Sparkline(IReadOnlyList<double> values, int width)
    {
        double[] last = [.. values.Skip(Math.Max(0, values.Count - width))];
        double[] finite = [.. last.Where(double.IsFinite)];
        if (finite.Length == 0)
        {
            return new string('×', last.Length);
        }

        (double low, double high) = (finite.Min(), finite.Max());
        return string.Concat(last.Select(value => !double.IsFinite(value) ? '×'
            : high > low ? Bars[(int)Math.Round((value - low) / (high - low) * (Bars.Length - 1))]
            : Bars[0]));
    }

    /// <summary>Seconds as a person says them: 8 s, 1:05 min, 2:05 h.</summary>
    public static string Duration(double seconds)
    {
        long whole = (long)Math.Ceiling(Math.Max(0, seconds));
        return whole switch
        {
            < 60 => $"{whole} s",
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{whole / 60}:{whole % 60:00} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{whole / 3600}:{whole / 60 % 60:00} h"),
        };
    }

    /// <summary>As many of some parts, from the first on, as a line has room for.</summary>
    public static string Joined(int width, params string?[] parts)
    {
        string line = "";
        foreach (string part in parts.OfType<string>().Where(part => part.Length > 0))
        {
            string longer = line.Length == 0 ? part : $"{line}, {part}";
            if (longer.Length > width)
            {
                break;
            }

            line = longer;
        }

        return line;
    }

    /// <summary>A text of at most so many characters; what is missing is shown by three dots.</summary>
    public static string Cut(string text, int width) => text.Length <= width ? text
        : width <= 3 ? text[..Math.Max(0, width)]
        : $"{text[..(width - 3)].TrimEnd()}...";
}
