using System.Xml.Linq;

namespace NativeCnn.Tests.Model.Reports;

/// <summary>A page as XML, which fails where it is not well-formed.</summary>
internal sealed class PageFile
{
    public PageFile(string html) => Document = XDocument.Parse(html);

    public XDocument Document { get; }

    public IEnumerable<XElement> All(string name) => Document.Descendants(name);

    /// <summary>The table whose caption begins with a text.</summary>
    public XElement Table(string caption) => All("table").Single(
        table => table.Element("caption")!.Value.StartsWith(caption, StringComparison.Ordinal));

    /// <summary>The cells of a table's body, headings among them.</summary>
    public string[][] Rows(string caption) =>
    [
        .. Table(caption).Element("tbody")!.Elements("tr")
            .Select(row => row.Elements().Select(cell => cell.Value).ToArray()),
    ];

    /// <summary>The numbers of the confusion matrix.</summary>
    public int[][] Matrix() =>
        [.. Rows("Confusion matrix").Select(row => row.Skip(1).Select(int.Parse).ToArray())];
}
