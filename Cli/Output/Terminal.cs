// Where a command writes: results to the output, warnings and errors to the error stream.
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Cli.Output;

/// <summary>The two streams of the programme, what is known of them, and the wish of the user to stop.</summary>
internal sealed class Terminal(
    TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal, CancellationToken cancellation)
{
    /// <summary>Standard input; null for the process's own.</summary>
    public Stream? Input { get; init; }

    public TextWriter Output => output;

    public TextWriter Error => error;

    /// <summary>True where a person watches: progress bars are shown.</summary>
    public bool OutputIsTerminal => outputIsTerminal;

    public bool ErrorIsTerminal => errorIsTerminal;

    public CancellationToken Cancellation => cancellation;

    /// <summary>What a user is told whose command is stopped: what is left to go on with.</summary>
    public Func<string> Interrupted { get; set; } = () => "interrupted";

    public void Line(string text = "") => output.WriteLine(Shown(text));

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
            error.WriteLine(mark + OneLine.Of(line.TrimEnd()));
            mark = "";
        }
    }

    /// <summary>The one line of an error.</summary>
    public void Complain(string text) => error.WriteLine($"error: {OneLine.Of(text.TrimEnd())}");

    /// <summary>
    /// A text with its control characters written out, as <c>\u001b</c>: a name of a file or a class may hold what
    /// moves the cursor or colours the screen.
    /// </summary>
    public static string Shown(string text) => !text.Any(IsHidden) ? text
        : string.Concat(text.Select(one => IsHidden(one) ? $"\\u{(int)one:x4}" : $"{one}"));

    private static bool IsHidden(char one) => char.IsControl(one) && one is not ('\n' or '\r' or '\t');

}
