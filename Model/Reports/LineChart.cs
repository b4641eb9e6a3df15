// A line chart as inline SVG: an axis of epochs, a scale of values, a path a series, the best epoch marked. Colours
// come from the page's style sheet by class, so that the chart follows its light or dark theme; lines differ in their
// dashes too. What it shows is said in its label, for those who do not see it.
using System.Text;

namespace NativeCnn.Model.Reports;

/// <summary>Draws values by epoch.</summary>
internal static class LineChart
{
    // More points than a screen shows make the page large, and slow to write after each of many epochs.
    private const int MostPoints = 300;

    // Each epoch is a dot, where dots stand apart.
    private const int MostDots = 40;

    private const double Width = 420;
    private const double Height = 250;
    private const double Left = 58;
    private const double Right = 14;
    private const double Top = 22;
    private const double Bottom = 44;
    private const double Intervals = 4;

    /// <summary>Draws a chart.</summary>
    /// <param name="title">What the values are.</param>
    /// <param name="epochs">The epochs, ascending.</param>
    /// <param name="lines">The series, each with a value an epoch.</param>
    /// <param name="best">The epoch to mark; null for none.</param>
    /// <param name="isShare">Whether values are shares of 1, written in per cent.</param>
    /// <returns>A figure with its caption, as HTML.</returns>
    public static string Draw(
        string title, IReadOnlyList<int> epochs, IReadOnlyList<ChartLine> lines, int? best = null,
        bool isShare = false)
    {
        Func<double, string> show = isShare ? Html.Percent : Html.Figures;
        StringBuilder html = new();
        html.Append($"<figure>\n<figcaption><b>{Html.Escape(title)}</b>{Legend(lines)}</figcaption>\n");
        html.Append(Html.Invariant($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" "));
        html.Append($"aria-label=\"{Html.Escape(Describe(title, epochs, lines, best, show))}\">\n");
        var scale = Scale.Of(epochs, lines);
        AppendAxes(html, scale, epochs, isShare);
        if (best is { } marked && epochs.Contains(marked))
        {
            double x = scale.X(marked);
            string anchor = x > Width - 60 ? "end" : x < Left + 40 ? "start" : "middle";
            html.Append(Html.Invariant($"<path class=\"best\" d=\"M{x:0.#} {Top}V{Height - Bottom}\" />"));
            AppendText(html, x, Top - 7, anchor, $"best: {marked}", "best");
        }

        int[] drawn = Thinned(epochs.Count);
        foreach (ChartLine line in lines)
        {
            AppendLine(html, scale, epochs, line, drawn, show);
        }

        return html.Append("</svg>\n</figure>\n").ToString();
    }

    /// <summary>Which of many points are drawn: evenly spread, the last among them.</summary>
    public static int[] Thinned(int count)
    {
        int step = (count + MostPoints - 1) / MostPoints;
        return [.. Enumerable.Range(0, count).Where(i => i == count - 1 || i % step == 0)];
    }

    // Where there is one line, the title says what it is.
    private static string Legend(IReadOnlyList<ChartLine> lines) => lines.Count < 2 ? "" : string.Concat(lines.Select(
        line => " <span class=\"key\"><svg class=\"sample\" viewBox=\"0 0 32 12\" aria-hidden=\"true\">" +
            $"<path class=\"{line.Style}\" d=\"M0 6H32\" /></svg>{Html.Escape(line.Name)}</span>"));

    private static string Describe(
        string title, IReadOnlyList<int> epochs, IReadOnlyList<ChartLine> lines, int? best, Func<double, string> show)
    {
        StringBuilder text = new($"{title} by epoch, {epochs[0]} to {epochs[^1]}.");
        foreach (ChartLine line in lines)
        {
            text.Append($" {line.Name}: from {show(line.Values[0])} to {show(line.Values[^1])}.");
        }

        return best is null ? text.ToString() : text.Append($" The best epoch is {best}.").ToString();
    }

    private static void AppendAxes(
        StringBuilder html, Scale scale, IReadOnlyList<int> epochs, bool isShare)
    {
        for (double value = scale.Low; value <= scale.High + (scale.Step / 2); value += scale.Step)
        {
            double y = scale.Y(value);
            html.Append(Html.Invariant($"<path class=\"grid\" d=\"M{Left} {y:0.#}H{Width - Right}\" />"));
            // A sum of steps is not quite 0 where it should be.
            double shown = Math.Abs(value) < scale.Step / 1e6 ? 0 : value;
            AppendText(
                html, Left - 6, y + 5, "end", isShare ? Html.Invariant($"{100 * shown:0.##} %") : Html.Figures(shown));
        }

        int step = Math.Max(1, (int)NiceStep((epochs[^1] - epochs[0]) / 6.0));
        int[] marks = [.. epochs.Where(epoch => epoch % step == 0)];
        foreach (int epoch in marks.Length > 0 ? marks : [epochs[0]])
        {
            AppendText(html, scale.X(epoch), Height - Bottom + 18, "middle", Html.Count(epoch));
        }

        AppendText(html, (Left + Width - Right) / 2, Height - 6, "middle", "epoch");
    }

    private static void AppendLine(
        StringBuilder html, Scale scale, IReadOnlyList<int> epochs, ChartLine line, int[] drawn,
        Func<double, string> show)
    {
        StringBuilder path = new();
        bool pen = false;
        foreach (int i in drawn)
        {
            bool isFinite = double.IsFinite(line.Values[i]);
            if (isFinite)
            {
                (double x, double y) = (scale.X(epochs[i]), scale.Y(line.Values[i]));
                path.Append(Html.Invariant($"{(pen ? 'L' : 'M')}{x:0.#} {y:0.#}"));
                if (drawn.Length <= MostDots && HasDots(line))
                {
                    html.Append(Html.Invariant(
                        $"<circle class=\"{line.Style}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"2.5\">"));
                    html.Append($"<title>epoch {epochs[i]}: {show(line.Values[i])}</title></circle>\n");
                }
            }

            pen = isFinite;
        }

        if (path.Length > 0)
        {
            html.Append($"<path class=\"{line.Style}\" d=\"{path}\"><title>{Html.Escape(line.Name)}</title></path>\n");
        }

        // Of many lines, as of the folds, the dots would hide each other.
        static bool HasDots(ChartLine line) => line.Style is "train" or "validation";
    }

    private static void AppendText(
        StringBuilder html, double x, double y, string anchor, string text, string? style = null)
    {
        string classes = style is null ? "" : $" class=\"{style}\"";
        html.Append(Html.Invariant($"<text{classes} x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">"));
        html.Append(text).Append("</text>\n");
    }

    // 1, 2 or 5 times a power of ten, at least a value.
    private static double NiceStep(double least)
    {
        if (!(least > 0))
        {
            return 1;
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * (least / power) switch
        {
            <= 1 => 1,
            <= 2 => 2,
            <= 5 => 5,
            _ => 10,
        };
    }

    /// <summary>From values to places.</summary>
    private sealed record Scale(double Low, double High, double Step, int First, int Last)
    {
        public static Scale Of(IReadOnlyList<int> epochs, IReadOnlyList<ChartLine> lines)
        {
            double[] finite = [.. lines.SelectMany(line => line.Values).Where(double.IsFinite)];
            (double low, double high) = finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
            if (high - low <= 1e-9 * Math.Abs(high))
            {
                double around = high == 0 ? 1 : Math.Abs(high) / 2;
                (low, high) = (low - around, high + around);
            }

            double step = NiceStep((high - low) / Intervals);
            return new Scale(
                Math.Floor(low / step) * step, Math.Ceiling(high / step) * step, step, epochs[0], epochs[^1]);
        }

        public double X(int epoch) => Last == First
            ? (Left + Width - Right) / 2
            : Left + ((Width - Left - Right) * (epoch - First) / (Last - First));

        public double Y(double value) => Top + ((Height - Top - Bottom) * (High - value) / (High - Low));
    }
}
