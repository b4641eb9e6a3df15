// Where a command writes: results to the output, warnings and errors to the error stream.
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Cli.Output;

/// <summary>The two streams of the programme, what is known of them, and the wish of the user to stop.</summary>
internal sealed class Terminal(
    TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal, CancellationToken cancellation)
{
    private const int LeastWidth = 40;
    private const int UsualPage = 80;
    private const int MostPage = 120;

    /// <summary>Standard input; null for the process's own.</summary>
    public Stream? Input { get; init; }

    /// <summary>Asks how many columns the screen has; null where nobody knows.</summary>
    public Func<int>? Columns { get; init; }

    /// <summary>
    /// Columns of the screen that results are read on; null where they go elsewhere, into lines of any length.
    /// </summary>
    public int? Width => outputIsTerminal ? ColumnsNow : null;

    /// <summary>
    /// Columns of a page of text: those of the screen, of COLUMNS, or 80; lines beyond 120 are hard to read.
    /// </summary>
    public int PageWidth => Math.Clamp(
        Width ?? (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out int set) ? set : UsualPage),
        LeastWidth, MostPage);

    public TextWriter Output => output;

    public TextWriter Error => error;

    /// <summary>True where a person watches: progress bars are shown.</summary>
    public bool OutputIsTerminal => outputIsTerminal;

    public bool ErrorIsTerminal => errorIsTerminal;

    public CancellationToken Cancellation => cancellation;

    /// <summary>What a user is told whose command is stopped: what is left to go on with.</summary>
    public Func<string> Interrupted { get; set; } = () => "interrupted";

    private int? ColumnsNow => Columns?.Invoke() is { } columns and > 0 ? Math.Max(columns, LeastWidth) : null;

    /// <summary>A line; on a screen that is narrower it goes on in the next, between words.</summary>
    public void Line(string text = "")
    {
        string shown = Shown(text);
        if (Width is not { } width || shown.Length <= width)
        {
            output.WriteLine(shown);
            return;
        }

        foreach (string row in WordWrap.Lines(shown, width))
        {
            output.WriteLine(row);
        }
    }

    /// <summary>Text that is to stay as it is: code.</summary>
    public void Verbatim(string text) => output.WriteLine(Shown(text));

    /// <summary>A table, fitted to the screen; see <see cref="TextTable"/>.</summary>
    public void Table(
        IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, int leftColumns = 1,
        params string[] leaveOut) =>
        Lines(TextTable.Format(header, rows, leftColumns, Width, leaveOut));

    public void Lines(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            Line(line);
        }
    }

    public void Json<T>(T value, JsonTypeInfo<T> type) => output.WriteLine(JsonSerializer.Serialize(value, type));

    /// <summary>A warning: its first line marked, the others beneath it.</summary>
    public void Warn(IEnumerable<string> lines)
    {
        string mark = "warning: ";
        foreach (string line in lines)
        {
            Tell(mark + OneLine.Of(line.TrimEnd()));
            mark = "";
        }
    }

    /// <summary>The one line of an error.</summary>
    public void Complain(string text) => Tell($"error: {OneLine.Of(text.TrimEnd())}");

    /// <summary>
    /// A text with its control characters written out, as <c>\u001b</c>: a name of a file or a class may hold what
    /// moves the cursor or colours the screen.
    /// </summary>
    public static string Shown(string text) => !text.Any(IsHidden) ? text
        : string.Concat(text.Select(one => IsHidden(one) ? $"\\u{(int)one:x4}" : $"{one}"));

    private static bool IsHidden(char one) => char.IsControl(one) && one is not ('\n' or '\r' or '\t');

    // One line, which a screen shows in several that end between words.
    private void Tell(string text)
    {
        foreach (string row in errorIsTerminal && ColumnsNow is { } width ? WordWrap.Lines(text, width) : [text])
        {
            error.WriteLine(row);
        }
    }
}
