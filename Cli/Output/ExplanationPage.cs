// explain --output x.html: one number through one training step as a page that needs no other file and no script.
using System.Globalization;
using System.Net;
using System.Text;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Explanations;
using NativeCnn.Model.Formats;

namespace NativeCnn.Cli.Output;

/// <summary>Writes what <c>explain</c> says of one number as HTML.</summary>
internal static class ExplanationPage
{
    // A page of more rows opens slowly; the largest terms say most.
    private const int MostTerms = 5000;

    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; --up: #2563eb; --down: #d97706; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        table { border-collapse: collapse; } .wide { overflow: auto; max-height: 32rem; }
        th, td { border: 1px solid var(--line); padding: .2rem .6rem; text-align: left; font-weight: normal; }
        thead th { position: sticky; top: 0; background: Canvas; }
        td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        td.bar { min-width: 8rem; } td.bar span { display: block; height: .8rem; width: calc(var(--share) * 100%); }
        .up { background: var(--up); } .down { background: var(--down); }
        code { overflow-wrap: anywhere; }
        """;

    /// <summary>The page.</summary>
    /// <param name="setting">The step.</param>
    /// <param name="one">What is explained.</param>
    /// <param name="device">Where it was computed.</param>
    public static string Of(StepSetting setting, Explanation one, string device)
    {
        StringBuilder html = new();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Append($"<title>{Escape(one.Name)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n");
        html.Append($"<h1>{Escape(one.Name)} = {Number(one.Value)}</h1>\n");
        html.Append($"<p>Training step {setting.Step} of {Escape(setting.Source)}, on {Escape(device)}.</p>\n");
        AppendLines(html, "How it comes about", one.Forward);
        if (one.Gradient is { } gradient)
        {
            AppendTerms(html, one);
            AppendSums(html, one, gradient, device);
        }

        AppendLines(html, "Update", one.Update);
        if (one.NewValue is { } made)
        {
            html.Append($"<p>The device's new value: <b>{Number(made)}</b>.</p>\n");
        }

        return html.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>The order of a sum, and how near it comes to what the device has.</summary>
    public static string OrderInWords(SummationOrder order, float gradient) => order.Sum switch
    {
        null => $"order: {order.Reason}",
        { } sum when BitConverter.SingleToInt32Bits(sum) == BitConverter.SingleToInt32Bits(gradient) =>
            $"order: {order.Reason}; to the bit the device's",
        { } sum => $"order: {order.Reason}; {Show.Count(UnitsInLastPlace.Between(sum, gradient))} ULP from the " +
            "device's",
    };

    private static void AppendTerms(StringBuilder html, Explanation one)
    {
        html.Append("<h2>Forward and backward</h2>\n");
        html.Append($"<p>It takes part in {one.Terms.Count} of {one.Outputs} outputs of what uses it. Its gradient ");
        html.Append("is the sum over them of the output's gradient times what the number does to the output.</p>\n");
        IEnumerable<(ExplainedTerm Term, int Number)> listed = one.Terms.Select((term, i) => (Term: term, Number: i));
        if (one.Terms.Count > MostTerms)
        {
            html.Append($"<p>The {MostTerms} largest of {one.Terms.Count} terms are listed; --json has all.</p>\n");
            listed = listed.OrderByDescending(row => Math.Abs(row.Term.Product)).Take(MostTerms);
        }

        double largest = one.Terms.Count == 0 ? 1 : Math.Max(one.Terms.Max(term => Math.Abs(term.Product)), 1e-300);
        html.Append("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th>term</th><th>output</th>");
        html.Append("<th>its gradient</th><th>factor</th><th>product</th><th>share</th></tr></thead>\n");
        foreach ((ExplainedTerm term, int number) in listed)
        {
            html.Append($"<tr><td class=\"number\">{number}</td><td>{Escape(term.Output)}</td>");
            AppendNumber(html, term.Upstream);
            AppendNumber(html, term.Factor);
            AppendNumber(html, term.Product);
            string share = (Math.Abs(term.Product) / largest).ToString("0.###", CultureInfo.InvariantCulture);
            html.Append($"<td class=\"bar\"><span class=\"{(term.Product < 0 ? "down" : "up")}\" ");
            html.Append($"style=\"--share:{share}\"></span></td></tr>\n");
        }

        html.Append("</table></div>\n");
    }

    private static void AppendSums(StringBuilder html, Explanation one, float gradient, string device)
    {
        html.Append("<h2>Gradient</h2>\n<div class=\"wide\"><table>\n");
        Append("sum of all terms in float64", one.Sum);
        Append("in float32, one after the other", one.SumInFloat32);
        if (one.Order?.Sum is { } sum)
        {
            Append($"in float32, in the order of {device}", sum);
        }

        Append($"the device's, {device}", gradient);
        Append("(L(v + h) - L(v - h)) / 2h of the whole network", one.LossDifference!.Value);
        html.Append("</table></div>\n");
        if (one.Order is not { } order)
        {
            return;
        }

        html.Append($"<p>{Escape(OrderInWords(order, gradient))}</p>\n");
        if (order.Tree is not null)
        {
            html.Append("<details><summary>The groups that are added one after the other</summary>\n");
            html.Append("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th>terms</th>");
            html.Append("<th>sum</th></tr></thead>\n");
            foreach ((IReadOnlyList<int> terms, float part) in order.Groups(one.Terms))
            {
                html.Append($"<tr><td><code>{string.Join(" + ", terms)}</code></td>");
                AppendNumber(html, part);
                html.Append("</tr>\n");
            }

            html.Append($"</table></div>\n<p>All of it: <code>{order.Tree}</code></p></details>\n");
        }

        void Append(string name, double value)
        {
            html.Append($"<tr><td>{Escape(name)}</td>");
            AppendNumber(html, value);
            html.Append("</tr>\n");
        }
    }

    private static void AppendLines(StringBuilder html, string title, IReadOnlyList<FormulaLine> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        html.Append($"<h2>{title}</h2>\n<div class=\"wide\"><table>\n");
        foreach (FormulaLine line in lines)
        {
            html.Append($"<tr><td>{Escape(line.Name)}</td><td>{Escape(line.Formula)}</td>");
            AppendNumber(html, line.Value);
            html.Append("</tr>\n");
        }

        html.Append("</table></div>\n");
    }

    private static void AppendNumber(StringBuilder html, double value) =>
        html.Append($"<td class=\"number\">{Number(value)}</td>");

    /// <summary>All digits of a float32.</summary>
    public static string Number(double value) => value.ToString("G9", CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
