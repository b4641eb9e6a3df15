using System.Globalization;
using System.Text;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>What a source is gathered in: functions that are used, constant tables, the lines of a function.</summary>
internal sealed class CBody
{
    private readonly HashSet<string> used = [];
    private readonly StringBuilder functions = new();
    private readonly StringBuilder tables = new();
    private readonly StringBuilder lines = new();
    private readonly Dictionary<string, int> names = [];

    /// <summary>An empty one, in which no name of a part is free.</summary>
    public CBody()
    {
        foreach (string name in CParts.Names)
        {
            Unique(name);
        }
    }

    /// <summary>Bytes of the constant tables.</summary>
    public long ConstantBytes { get; private set; }

    /// <summary>The functions that were used, in the order in which they were first.</summary>
    public string Functions => functions.ToString();

    /// <summary>The constant tables.</summary>
    public string Tables => tables.ToString();

    /// <summary>Has a part of <see cref="CParts"/> in the source, once.</summary>
    public void Use(string part, params IReadOnlyList<(char Letter, CNumber Number)> numbers)
    {
        if (used.Add(part + string.Join(",", numbers)))
        {
            functions.Append(CParts.Of(part, numbers)).Append('\n');
        }
    }

    /// <summary>Has the rounding to a number's type in the source.</summary>
    public void UseRounding(CNumber number) => Use("to_" + number.Suffix());

    /// <summary>Sizes as an enumeration.</summary>
    public void Sizes(IEnumerable<(string Name, int Value)> sizes)
    {
        tables.Append("enum {\n");
        foreach ((string name, int value) in sizes)
        {
            tables.Append(CultureInfo.InvariantCulture, $"    {Unique(name)} = {value},\n");
        }

        tables.Append("};\n\n");
    }

    /// <summary>A line of the function.</summary>
    public void Line(string text) => lines.Append(text.Length == 0 ? "" : "    ").Append(text).Append('\n');

    /// <summary>The lines so far, and none from here on.</summary>
    public string TakeLines()
    {
        string text = lines.ToString();
        lines.Clear();
        return text;
    }

    /// <summary>An empty line, and a comment.</summary>
    public void Comment(string text) => lines.Append("\n    /* ").Append(CText.Comment(text)).Append(" */\n");

    /// <summary>A name that no other has in this source.</summary>
    public string Unique(string wanted)
    {
        string name = CText.Identifier(wanted);
        int seen = names[name] = names.GetValueOrDefault(name) + 1;
        return seen == 1 ? name : Unique($"{name}_{seen}");
    }

    /// <summary>A table of floats; its name.</summary>
    public string Floats(string wanted, IReadOnlyList<float> values, string? comment = null) =>
        Table(wanted, "float", sizeof(float), [.. values.Select(CText.Float)], comment);

    /// <summary>A table of whole numbers; its name.</summary>
    public string Whole(string wanted, string type, int bytes, IEnumerable<int> values, string? comment = null) =>
        Table(
            wanted, type, bytes, [.. values.Select(one => one.ToString(CultureInfo.InvariantCulture))], comment);

    private string Table(string wanted, string type, int bytes, string[] literals, string? comment)
    {
        string name = Unique(wanted);
        ConstantBytes += (long)bytes * literals.Length;
        if (comment is not null)
        {
            tables.Append("/* ").Append(CText.Comment(comment)).Append(" */\n");
        }

        tables.Append(CText.Table($"{type} {name}[{literals.Length}]", literals)).Append('\n');
        return name;
    }
}
