// Text of a page: escaped, and numbers as people read them. Pages are XML as well as HTML, so that tests can read them.
using System.Globalization;
using System.Text;

namespace NativeCnn.Model.Reports;

/// <summary>What every page is written with.</summary>
internal static class Html
{
    /// <summary>
    /// A text from outside, as content or as an attribute in quotes. What may not stand in XML (control characters,
    /// halves of surrogate pairs) becomes the replacement character.
    /// </summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&':
                    escaped.Append("&amp;");
                    break;
                case '<':
                    escaped.Append("&lt;");
                    break;
                case '>':
                    escaped.Append("&gt;");
                    break;
                case '"':
                    escaped.Append("&quot;");
                    break;
                case '\'':
                    escaped.Append("&#39;");
                    break;
                case (< ' ' and not '\t' and not '\n') or (>= 0x7f and <= 0x9f) or 0xfffe or 0xffff:
                    escaped.Append('\ufffd');
                    break;
                default:
                    escaped.Append(rune);
                    break;
            }
        }

        return escaped.ToString();
    }

    /// <summary>A share of 1: <c>93.2 %</c>; a dash where it is no number.</summary>
    public static string Percent(double share) => double.IsFinite(share) ? Format(share * 100, "0.0") + " %" : "-";

    /// <summary>A figure in [0, 1] or a loss: <c>0.932</c>; a dash where it is no number.</summary>
    public static string Number(double value) => double.IsFinite(value) ? Format(value, "0.000") : "-";

    /// <summary>A number of things: <c>12,345</c>.</summary>
    public static string Count(double value) => Format(value, "#,0");

    /// <summary>Four figures, as a learning rate has them: <c>0.001</c>, <c>1.234E-05</c>.</summary>
    public static string Figures(double value) =>
        double.IsFinite(value) ? value.ToString("G4", CultureInfo.InvariantCulture) : "-";

    /// <summary>One thing or several: <c>1 clip</c>, <c>12 clips</c>.</summary>
    public static string Counted(int count, string one, string several) =>
        count == 1 ? $"1 {one}" : $"{Count(count)} {several}";

    /// <summary>A text without the culture of the machine.</summary>
    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
