// A line chart as inline SVG: an axis of epochs, a scale of values, a polyline a series. Colours come from the page's
// style sheet by class, so that the chart follows its light or dark theme.

using System.Globalization;
using System.Text;

namespace NativeCnn.Model.Reports;

internal static class LineChart
{
    private const double Width = 460;
    private const double Height = 240;
    private const double Left = 52;
    private const double Right = 12;
    private const double Top = 12;
    private const double Bottom = 34;
    private const int Steps = 4;

    // Values are by epoch; a value that is not finite leaves a gap. Class names are train and validation.
    public static string Draw(string title, int[] epochs, params (string Class, double[] Values)[] series)
    {
        double[] finite = [.. series.SelectMany(line => line.Values).Where(double.IsFinite)];
        (double low, double high) = finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
        if (high - low < 1e-9)
        {
            (low, high) = (low - 0.5, high + 0.5);
        }

        StringBuilder svg = new();
        svg.Append(Invariant($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{title}\">\n"));
        for (int step = 0; step <= Steps; step++)
        {
            double value = low + ((high - low) * step / Steps);
            double y = Y(value);
            svg.Append(Invariant($"<path class=\"grid\" d=\"M{Left} {y:0.#}H{Width - Right}\"/>"));
            AppendText(Left - 6, y + 4, "end", value.ToString("G3", CultureInfo.InvariantCulture));
        }

        foreach (int epoch in epochs.Length > 1 ? [epochs[0], epochs[^1]] : epochs)
        {
            AppendText(X(epoch), Height - Bottom + 18, "middle", epoch.ToString(CultureInfo.InvariantCulture));
        }

        AppendText((Left + Width - Right) / 2, Height - 4, "middle", "epoch");
        foreach ((string name, double[] values) in series)
        {
            AppendLine(name, values);
        }

        return svg.Append("</svg>").ToString();

        double X(int epoch) => epochs[^1] == epochs[0]
            ? (Left + Width - Right) / 2
            : Left + ((Width - Left - Right) * (epoch - epochs[0]) / (epochs[^1] - epochs[0]));

        double Y(double value) => Top + ((Height - Top - Bottom) * (high - value) / (high - low));

        void AppendText(double x, double y, string anchor, string text) =>
            svg.Append(Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{text}</text>\n"));

        void AppendLine(string name, double[] values)
        {
            StringBuilder path = new();
            bool pen = false;
            for (int i = 0; i < values.Length; i++)
            {
                bool drawn = double.IsFinite(values[i]);
                if (drawn)
                {
                    (double x, double y) = (X(epochs[i]), Y(values[i]));
                    path.Append(Invariant($"{(pen ? 'L' : 'M')}{x:0.#} {y:0.#}"));
                    svg.Append(Invariant($"<circle class=\"{name}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"2\">"));
                    svg.Append(Invariant($"<title>epoch {epochs[i]}: {values[i]:0.####}</title></circle>\n"));
                }

                pen = drawn;
            }

            svg.Append(Invariant($"<path class=\"{name}\" d=\"{path}\"/>\n"));
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
