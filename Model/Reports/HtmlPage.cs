// A page that opens anywhere: one file, no script, nothing loaded from elsewhere. It has landmarks and a list of its
// sections; every table has a caption and scrolls in a box of its own that the keyboard reaches.
using System.Text;

namespace NativeCnn.Model.Reports;

/// <summary>Puts a page together, section by section.</summary>
internal sealed class HtmlPage(string title)
{
    private static readonly Lazy<string> Style = new(() => Resource("report.css"));

    private readonly StringBuilder body = new();
    private readonly List<(string Id, string Heading)> sections = [];
    private int captions;

    /// <summary>What stands below the title, as HTML.</summary>
    public string Lead { get; set; } = "";

    /// <summary>How long the page is without its frame.</summary>
    public int Length => body.Length;

    /// <summary>Begins a section.</summary>
    /// <param name="id">What links name it by.</param>
    /// <param name="heading">Its heading, as text.</param>
    public void Section(string id, string heading)
    {
        EndSection();
        sections.Add((id, heading));
        body.Append($"<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{Html.Escape(heading)}</h2>\n");
    }

    /// <summary>A paragraph.</summary>
    /// <param name="html">Its content, as HTML.</param>
    public void Paragraph(string html) => body.Append($"<p>{html}</p>\n");

    /// <summary>HTML as it is.</summary>
    public void Raw(string html) => body.Append(html).Append('\n');

    /// <summary>A table of texts; the first cell of a row is its heading.</summary>
    /// <param name="caption">What it shows, as text.</param>
    /// <param name="columns">A heading a column.</param>
    /// <param name="rows">As many cells each, as text.</param>
    /// <param name="words">Columns from the left that hold words; the others hold numbers.</param>
    /// <param name="isShort">Whether it takes a part of the screen, and scrolls.</param>
    /// <param name="links">Where the heading of a row leads, an address a row; null for nowhere.</param>
    public void Table(
        string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows, int words = 1,
        bool isShort = false, IReadOnlyList<string?>? links = null)
    {
        BeginTable(caption, isShort: isShort);
        body.Append("<thead><tr>");
        for (int i = 0; i < columns.Count; i++)
        {
            body.Append($"<th scope=\"col\"{(i < words ? "" : " class=\"number\"")}>{Html.Escape(columns[i])}</th>");
        }

        body.Append("</tr></thead>\n<tbody>\n");
        int rowNumber = 0;
        foreach (IReadOnlyList<string> row in rows)
        {
            string heading = Html.Escape(row[0]);
            if (links?[rowNumber++] is { } link)
            {
                heading = $"<a href=\"{Html.Escape(link)}\">{heading}</a>";
            }

            body.Append($"<tr><th scope=\"row\" dir=\"auto\">{heading}</th>");
            for (int i = 1; i < row.Count; i++)
            {
                body.Append(i < words ? "<td dir=\"auto\">" : "<td class=\"number\">");
                body.Append(Html.Escape(row[i])).Append("</td>");
            }

            body.Append("</tr>\n");
        }

        EndTable();
    }

    /// <summary>A table of names and values.</summary>
    public void Facts(string caption, IEnumerable<ReportFact> facts)
    {
        BeginTable(caption, "facts");
        body.Append("<tbody>\n");
        foreach (ReportFact fact in facts)
        {
            string varies = fact.Varies ? " class=\"varies\"" : "";
            body.Append($"<tr{varies}><th scope=\"row\">{Html.Escape(fact.Name)}</th>");
            body.Append($"<td>{Html.Escape(fact.Value)}</td></tr>\n");
        }

        EndTable();
    }

    /// <summary>Begins a table whose rows the caller writes by <see cref="Raw"/>.</summary>
    /// <param name="caption">What it shows, as text.</param>
    /// <param name="style">A class of the style sheet; null for none.</param>
    /// <param name="isShort">Whether it takes a part of the screen, and scrolls.</param>
    public void BeginTable(string caption, string? style = null, bool isShort = false)
    {
        string id = $"table-{++captions}";
        string classes = style is null ? "" : $" class=\"{style}\"";
        string box = isShort ? "wide short" : "wide";
        body.Append($"<div class=\"{box}\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{id}\">\n");
        body.Append($"<table{classes}>\n<caption><span id=\"{id}\">{Html.Escape(caption)}</span></caption>\n");
    }

    /// <summary>Ends the body of a table, and the table.</summary>
    public void EndTable() => body.Append("</tbody>\n</table>\n</div>\n");

    /// <summary>The page; called once, at the end.</summary>
    public string ToHtml()
    {
        EndSection();
        StringBuilder html = new(body.Length + 16_384);
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n");
        html.Append($"<title>{Html.Escape(title)}</title>\n<style>\n{Style.Value}</style>\n</head>\n<body>\n");
        html.Append($"<header>\n<h1 dir=\"auto\">{Html.Escape(title)}</h1>\n{Lead}</header>\n");
        html.Append("<nav aria-label=\"Sections\">\n<ul>\n");
        foreach ((string id, string heading) in sections)
        {
            html.Append($"<li><a href=\"#{id}\">{Html.Escape(heading)}</a></li>\n");
        }

        return html.Append("</ul>\n</nav>\n<main>\n").Append(body).Append("</main>\n</body>\n</html>\n").ToString();
    }

    private void EndSection()
    {
        if (sections.Count > 0)
        {
            body.Append("</section>\n");
        }
    }

    /// <summary>A part of a page that the assembly carries.</summary>
    internal static string Resource(string name)
    {
        using Stream stream = typeof(HtmlPage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the program lacks its own part '{name}'");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
