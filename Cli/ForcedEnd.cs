// What is asked to stop and does not, such as a kernel that runs for minutes or a folder on a network, is stopped. Files
// are renamed into place when they are whole, and what is not goes with the process: nothing is left half written.
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Output;

namespace NativeCnn.Cli;

internal static class ForcedEnd
{
    // How long a line may take that nobody reads.
    private static readonly TimeSpan ForALine = TimeSpan.FromSeconds(0.2);

    /// <summary>How long a command has for an end of its own.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Ends the process after a while, unless it has ended by then.</summary>
    /// <param name="wait">The while.</param>
    /// <param name="terminal">Where the last line goes.</param>
    public static void After(TimeSpan wait, Terminal terminal) => new Thread(() =>
    {
        Thread.Sleep(wait);
        var told = new Thread(() => Tell(terminal)) { IsBackground = true };
        told.Start();
        told.Join(ForALine);
        Environment.Exit(ExitCodes.Interrupted);
    })
    {
        IsBackground = true,
        Name = "forced end",
    }.Start();

    private static void Tell(Terminal terminal)
    {
        if (terminal.OutputIsTerminal)
        {
            const string showCursor = "\u001b[?25h";
            terminal.Output.WriteLine(showCursor); // a bar hides it
        }

        terminal.Complain(terminal.Interrupted());
    }
}
