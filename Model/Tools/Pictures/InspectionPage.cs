// What `nativecnn inspect` tells of a run as one page that opens anywhere: nothing is loaded from elsewhere. A figure a
// filter, a row a layer with its histograms, the warnings.
using System.Globalization;
using System.Net;
using System.Text;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Inspection;
using SkiaSharp;

namespace NativeCnn.Tools.Pictures;

/// <summary>Writes the page.</summary>
public static class InspectionPage
{
    private const string Style = """
        :root { color-scheme: light dark; --bar: #2563eb; --line: #8884; --warn: #b45309; }
        @media (prefers-color-scheme: dark) { :root { --bar: #60a5fa; --warn: #fbbf24; } }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 1rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        th, td { padding: .2rem .5rem; }
        @media (max-width: 30rem) { table { font-size: .68rem; } th, td { padding: .2rem .15rem; } }
        .wide { overflow-x: auto; } table { border-collapse: collapse; }
        th, td { border: 1px solid var(--line); text-align: right; font-weight: normal; white-space: nowrap;
          font-variant-numeric: tabular-nums; }
        th:first-child, td:first-child { text-align: left; }
        li { color: var(--warn); overflow-wrap: anywhere; }
        .grid { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr)); }
        .hist { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
        figure { margin: 0; min-width: 0; } figcaption { font-size: .8rem; overflow-wrap: anywhere; }
        img { width: 100%; image-rendering: pixelated; display: block; border: 1px solid var(--line); }
        svg { width: 100%; height: auto; display: block; border: 1px solid var(--line); }
        rect { fill: var(--bar); } path { fill: none; stroke: var(--bar); stroke-width: 1; }
        path.zero { stroke: var(--line); }
        .axis { display: flex; justify-content: space-between; font-size: .8rem; }
        """;

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <param name="path">A .html file; its folder must exist.</param>
    /// <param name="title">Its heading.</param>
    /// <param name="steps">Recorded steps; none where none were recorded.</param>
    /// <param name="warnings">What is odd about them.</param>
    /// <param name="filters">The first filters; null where there are none.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(
        string path, string title, IReadOnlyList<StepInspection> steps, IReadOnlyList<InspectionWarning> warnings,
        FirstFilters? filters)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(warnings);
        StringBuilder html = new();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Append($"<title>{Escape(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n");
        html.Append($"<h1>{Escape(title)}</h1>\n");
        AppendWarnings(html, steps, warnings);
        if (steps.Count > 0)
        {
            AppendLayers(html, steps);
            AppendHistograms(html, steps[^1]);
        }

        if (filters is not null)
        {
            AppendFilters(html, filters);
        }

        AtomicFile.WriteText(path, html.Append("</body>\n</html>\n").ToString());
    }

    private static void AppendWarnings(
        StringBuilder html, IReadOnlyList<StepInspection> steps, IReadOnlyList<InspectionWarning> warnings)
    {
        if (steps.Count == 0)
        {
            html.Append("<p>No step was recorded: <code>nativecnn train --inspect 50</code> records outputs, ");
            html.Append("gradients and updates.</p>\n");
            return;
        }

        html.Append($"<h2>Warnings</h2>\n{(warnings.Count == 0 ? "<p>None.</p>" : "<ul>")}\n");
        foreach (InspectionWarning warning in warnings)
        {
            html.Append($"<li>{Escape(warning.Sentence)}</li>\n");
        }

        html.Append(warnings.Count == 0 ? "" : "</ul>\n");
    }

    private static void AppendLayers(StringBuilder html, IReadOnlyList<StepInspection> steps)
    {
        html.Append("<h2>Layers</h2>\n<p>Root mean squares; d is a gradient; an update is the norm of a step's ");
        html.Append("change by the norm of the weights. The last recorded step of each epoch.</p>\n");
        StepInspection[] last = InspectedLayers.LastOfEpochs(steps);
        foreach (string stage in last[^1].Stages.Select(stage => stage.Name))
        {
            html.Append($"<h3>{Escape(stage)}</h3>\n<div class=\"wide\"><table>\n");
            string kind = "th";
            foreach (string[] row in InspectedLayers.Table(last, stage))
            {
                html.Append($"<tr>{string.Concat(row.Select(cell => $"<{kind}>{cell}</{kind}>"))}</tr>\n");
                kind = "td";
            }

            html.Append("</table></div>\n");
        }
    }

    private static void AppendHistograms(StringBuilder html, StepInspection step)
    {
        html.Append($"<h2>Histograms of step {step.Step}, epoch {step.Epoch}</h2>\n");
        html.Append("<p>The height of a bar is the square root of its count.</p>\n<div class=\"hist\">\n");
        foreach ((string name, TensorSummary values) in InspectedLayers.SummariesOf(step))
        {
            double highest = Math.Sqrt(Math.Max(1, values.Histogram.Max()));
            html.Append($"<figure>\n<figcaption>{Escape(name)}</figcaption>\n");
            html.Append("<svg viewBox=\"0 0 320 80\" role=\"img\" aria-label=\"histogram\">");
            for (int bin = 0; bin < values.Histogram.Count; bin++)
            {
                double height = 78 * Math.Sqrt(values.Histogram[bin]) / highest;
                if (height > 0)
                {
                    html.Append(Invariant($"<rect x=\"{bin * 10}\" y=\"{80 - height:0.#}\" width=\"9\" "));
                    html.Append(Invariant($"height=\"{height:0.#}\"/>"));
                }
            }

            html.Append("</svg>\n<div class=\"axis\"><span>");
            html.Append($"{Number(values.Min)}</span><span>{Number(values.Max)}</span></div>\n</figure>\n");
        }

        html.Append("</div>\n");
    }

    private static void AppendFilters(StringBuilder html, FirstFilters filters)
    {
        int count = Math.Min(FilterPicture.Most, filters.Filters);
        html.Append($"<h2>{Escape(FilterPicture.TitleOf("Filters", filters))}</h2>\n");
        html.Append(filters.Response is null
            ? "<p>A row a channel, the first one lowest; a column a tap. Blue below 0, white 0, red above.</p>\n"
            : "<p>The taps as a curve, and the frequency of the largest response.</p>\n");
        html.Append("<div class=\"grid\">\n");
        float largest = filters.Values.Select(Math.Abs).Where(float.IsFinite).DefaultIfEmpty().Max();
        for (int filter = 0; filter < count; filter++)
        {
            html.Append("<figure>\n");
            if (filters.Response is null)
            {
                using SKBitmap map = FilterColors.Weights(filters, filter, largest);
                html.Append(Invariant($"<img alt=\"filter {filter}\" style=\"aspect-ratio: {filters.Taps} / "));
                html.Append(Invariant($"{Math.Max(1, filters.Channels / 4)}\" "));
                html.Append($"src=\"{PngOf(map)}\">\n<figcaption>{filter}</figcaption>\n");
            }
            else
            {
                AppendCurve(html, filters.TapsOf(filter, channel: 0), largest);
                html.Append(Invariant($"<figcaption>{filter}: {filters.PeakOf(filter):0} Hz</figcaption>\n"));
            }

            html.Append("</figure>\n");
        }

        html.Append("</div>\n");
        if (filters.Response is not null)
        {
            using SKBitmap map = FilterColors.Responses(filters, count);
            html.Append("<h2>Frequency responses</h2>\n<p>A row a filter, by its peak; white 0 dB, its largest, to ");
            html.Append(Invariant($"{FirstFilters.Floor} dB, black.</p>\n<figure><img alt=\"frequency responses\" "));
            html.Append($"style=\"height: 22rem\" src=\"{PngOf(map)}\">\n<div class=\"axis\">");
            for (int step = 0; step <= 4; step++)
            {
                html.Append(Invariant($"<span>{filters.SampleRate!.Value / 8.0 * step:0}"));
                html.Append(step == 4 ? " Hz</span>" : "</span>");
            }

            html.Append("</div></figure>\n");
        }
    }

    private static void AppendCurve(StringBuilder html, ReadOnlySpan<float> taps, float largest)
    {
        html.Append("<svg viewBox=\"0 0 100 50\" role=\"img\" aria-label=\"taps\">");
        html.Append("<path class=\"zero\" d=\"M0 25H100\"/><path d=\"");
        for (int tap = 0; tap < taps.Length; tap++)
        {
            double value = float.IsFinite(taps[tap]) && largest > 0 ? taps[tap] / largest : 0;
            html.Append(tap == 0 ? 'M' : 'L');
            html.Append(Invariant($"{100 * (tap + 0.5) / taps.Length:0.#} {25 - (24 * value):0.#}"));
        }

        html.Append("\"/></svg>\n");
    }

    private static string PngOf(SKBitmap map)
    {
        using SKData png = map.Encode(SKEncodedImageFormat.Png, 100);
        return $"data:image/png;base64,{Convert.ToBase64String(png.ToArray())}";
    }

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
