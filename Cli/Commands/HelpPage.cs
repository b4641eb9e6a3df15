// What `--help` prints, fitted to the width of the terminal: description, usage, arguments, options, commands,
// examples. Where a command has many options they stand in groups (HelpGroup). Lines end between words.
using System.Collections;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;

namespace NativeCnn.Cli.Commands;

/// <summary>The help page of any command.</summary>
internal sealed class HelpPage(Terminal terminal) : SynchronousCommandLineAction
{
    /// <summary>A command with more options than these lists them in groups.</summary>
    public const int MostInOneList = 20;

    private const string Ungrouped = "Other";
    private const int LeastDescription = 34;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        foreach (string line in Lines(parseResult.CommandResult, terminal.PageWidth))
        {
            parseResult.InvocationConfiguration.Output.WriteLine(line);
        }

        return 0;
    }

    /// <summary>The options that a command's page lists, in their order.</summary>
    public static IReadOnlyList<Option> OptionsOf(CommandResult result)
    {
        IEnumerable<Option> options = result.Command.Options;
        for (SymbolResult? at = result.Parent; at is CommandResult one; at = at.Parent)
        {
            options = options.Concat(one.Command.Options.Where(option => option.Recursive));
        }

        return [.. options.Where(option => !option.Hidden)];
    }

    /// <summary>The lines of the page.</summary>
    public static IEnumerable<string> Lines(CommandResult result, int width)
    {
        Command command = result.Command;
        IReadOnlyList<(string Title, Row[] Rows)> sections = SectionsOf(result);
        int most = Math.Max(16, width - LeastDescription - 4);
        int left = sections.SelectMany(section => section.Rows).Select(row => row.Left.Length)
            .Where(length => length <= Math.Min(most, width / 3)).DefaultIfEmpty(16).Max();

        List<string> lines = ["Description:"];
        lines.AddRange(WordWrap.Lines($"  {command.Description}", width, ""));
        lines.AddRange(["", "Usage:", .. WordWrap.Lines($"  {UsageOf(result)}", width)]);
        foreach ((string title, Row[] rows) in sections)
        {
            lines.AddRange(["", $"{title}:"]);
            lines.AddRange(rows.SelectMany(row => row.Lines(left, width)));
        }

        if (Examples.Of(command) is { Count: > 0 } examples)
        {
            lines.AddRange(["", "Examples:", .. examples.SelectMany(example => ExampleLines(example, width))]);
        }

        return lines;
    }

    private static List<(string Title, Row[] Rows)> SectionsOf(CommandResult result)
    {
        Command command = result.Command;
        List<(string, Row[])> sections = [];
        Add("Arguments", command.Arguments.Where(one => !one.Hidden).Select(RowOf));
        IReadOnlyList<Option> options = OptionsOf(result);
        if (options.Count <= MostInOneList)
        {
            Add("Options", options.Select(RowOf));
        }
        else
        {
            foreach (HelpGroup group in HelpGroup.All)
            {
                Add(group.Title, options.Where(option => HelpGroup.Of(option) == group).Select(RowOf));
            }

            Add(Ungrouped, options.Where(option => HelpGroup.Of(option) is null).Select(RowOf));
        }

        Add("Commands", command.Subcommands.Where(one => !one.Hidden).Select(one => new Row(
            string.Join(' ', [one.Name, .. one.Arguments.Where(a => !a.Hidden).Select(a => $"<{FormOf(a)}>")]),
            one.Description ?? "")));
        return sections;

        void Add(string title, IEnumerable<Row> rows)
        {
            Row[] all = [.. rows];
            if (all.Length > 0)
            {
                sections.Add((title, all));
            }
        }
    }

    private static string UsageOf(CommandResult result)
    {
        List<string> words = [CommandPath.Of(result)];
        foreach (Argument one in result.Command.Arguments.Where(one => !one.Hidden))
        {
            string form = $"<{FormOf(one)}>{(one.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";
            words.Add(one.Arity.MinimumNumberOfValues == 0 || one.HasDefaultValue ? $"[{form}]" : form);
        }

        if (result.Command.Subcommands.Any(one => !one.Hidden))
        {
            words.Add("[command]");
        }

        return string.Join(' ', [.. words, "[options]"]);
    }

    private static string FormOf(Argument argument) => argument.HelpName ?? argument.Name;

    private static Row RowOf(Argument argument) => new(
        $"<{FormOf(argument)}>",
        $"{argument.Description}{(argument.HasDefaultValue ? DefaultIn(argument.GetDefaultValue()) : "")}");

    private static Row RowOf(Option option)
    {
        IEnumerable<string> aliases = option.Aliases.Where(one => one[0] == '-').Order(StringComparer.Ordinal);
        string names = string.Join(", ", [.. aliases, option.Name]);
        bool isFlag = option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0;
        string form = isFlag ? "" : $" <{option.HelpName ?? "VALUE"}>";
        string more = (option.Required ? " [required]" : "") +
            (!isFlag && option.HasDefaultValue ? DefaultIn(option.GetDefaultValue()) : "");
        return new Row(names + form, option.Description + more);
    }

    private static string DefaultIn(object? value) => value switch
    {
        null or "" => "",
        IEnumerable and not string => "",
        _ => $" [default: {Convert.ToString(value, CultureInfo.InvariantCulture)}]",
    };

    /// <summary>
    /// A command that goes on in the next line does so by a backslash, as a shell reads it; what it says about the
    /// command, apart by two spaces, comes below where there is no room beside it.
    /// </summary>
    private static IEnumerable<string> ExampleLines(string example, int width)
    {
        if (example.Length + 2 <= width)
        {
            return [$"  {example}"];
        }

        int gap = example.IndexOf("  ", StringComparison.Ordinal);
        if (gap > 0)
        {
            return
            [
                .. ExampleLines(example[..gap], width),
                .. WordWrap.Lines($"      {example[gap..].Trim()}", width, ""),
            ];
        }

        string[] rows = [.. WordWrap.Lines($"  {example}", width - 2, "    ")];
        return rows.Select((row, i) => i < rows.Length - 1 ? $"{row} \\" : row);
    }

    /// <summary>Something that is named, and what it is.</summary>
    private sealed record Row(string Left, string Description)
    {
        /// <summary>In two columns; a long name stands above what it is.</summary>
        public IEnumerable<string> Lines(int left, int width)
        {
            string indent = new(' ', left + 4);
            string[] right = [.. WordWrap.Lines(Description, width - indent.Length, "")];
            if (Left.Length <= left)
            {
                return [$"  {Left.PadRight(left)}  {right[0]}".TrimEnd(), .. right.Skip(1).Select(row => indent + row)];
            }

            return [.. NameLines(width), .. right.Where(row => row.Length > 0).Select(row => indent + row)];
        }

        // Forms such as a|b|c are broken behind a bar.
        private IEnumerable<string> NameLines(int width)
        {
            string row = " ";
            string gap = " ";
            foreach (string word in Left.Split(' '))
            {
                string[] parts = word.Split('|');
                for (int i = 0; i < parts.Length; i++)
                {
                    string part = parts[i] + (i < parts.Length - 1 ? "|" : "");
                    if (row.Length + gap.Length + part.Length > width && row.Trim().Length > 0)
                    {
                        yield return row;
                        row = "     ";
                        gap = " ";
                    }

                    row += gap + part;
                    gap = "";
                }

                gap = " ";
            }

            yield return row;
        }
    }
}
