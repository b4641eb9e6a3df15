// The tables of a run as one Markdown file with the machine named at its head.
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace NativeCnn.Benchmarks;

/// <summary>Writes the file that <c>Benchmarks/results/</c> keeps, one for each machine.</summary>
internal static class ResultsFile
{
    /// <summary><c>Benchmarks/results</c> of the checkout that holds this program, or of the current folder.</summary>
    public static string Folder()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "NativeCnn.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder ?? Environment.CurrentDirectory, "Benchmarks", "results");
    }

    /// <summary>Writes the head and a table for each operator.</summary>
    public static void Write(string path, Machine machine, IEnumerable<Summary> summaries)
    {
        var text = new StringBuilder();
        AppendHead(text, machine);
        foreach (Summary summary in summaries)
        {
            foreach (IGrouping<string, int> rows in Enumerable.Range(0, summary.BenchmarksCases.Length)
                .GroupBy(row => OperatorOf(summary.BenchmarksCases[row])))
            {
                text.Append(CultureInfo.InvariantCulture, $"\n## {rows.Key}\n\n");
                AppendTable(text, summary.Table, rows);
            }
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, text.ToString());
    }

    /// <summary><c>Conv1d</c>, <c>Activation: Relu</c>.</summary>
    private static string OperatorOf(BenchmarkCase one)
    {
        Type type = OperatorBenchmarks.CaseOf((string)one.Parameters[nameof(OperatorBenchmarks.Case)]).Operator;
        return type.IsGenericType
            ? $"{type.Name.Split('`')[0]}: {string.Join(", ", type.GetGenericArguments().Select(of => of.Name))}"
            : type.Name;
    }

    private static void AppendHead(StringBuilder text, Machine machine) => text.Append(
        CultureInfo.InvariantCulture,
        $"""
        # Benchmarks on {machine.Name}

        | | |
        | --- | --- |
        | processor | {machine.Processor} |
        | system | {machine.System} |
        | runtime | {machine.Runtime} |
        | device | `{machine.Device.Selector}`: {machine.Device.Name} |
        | workers | {machine.Workers} |
        | version | {machine.Version} |
        | date | {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC |

        Made by `dotnet run -c Release --project Benchmarks`. Operations and bytes are counted from the formula of each
        operator, see Model/Tools/Benchmarking/OperatorCases: a multiplication and an addition are two operations; bytes
        are compulsory traffic, each tensor once. Rates go by the mean.

        """);

    private static void AppendTable(StringBuilder text, SummaryTable table, IEnumerable<int> rows)
    {
        SummaryTable.SummaryTableColumn[] columns = [.. table.Columns.Where(column => column.NeedToShow)];
        AppendRow(text, columns.Select(column => column.Header));
        AppendRow(text, columns.Select(column =>
            column.Justify == SummaryTable.SummaryTableColumn.TextJustification.Right ? "---:" : "---"));
        foreach (int row in rows)
        {
            AppendRow(text, columns.Select(column => Cell(column, row)));
        }
    }

    /// <summary>BenchmarkDotNet shows no allocation as a dash; here it is a result.</summary>
    private static string Cell(SummaryTable.SummaryTableColumn column, int row) =>
        column.Header == "Allocated" && column.Content[row] == "-" ? "0 B" : column.Content[row];

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
