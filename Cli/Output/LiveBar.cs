// A progress bar beneath the lines of a terminal. The one place that loads Spectre.Console.
using System.Diagnostics;
using Spectre.Console;

namespace NativeCnn.Cli.Output;

/// <summary>One bar at a time, gone when the work is over; lines are printed above it.</summary>
internal sealed class LiveBar
{
    private const double RedrawMilliseconds = 50;

    private readonly Terminal terminal;
    private readonly IAnsiConsole console;
    private readonly ProgressContext context;
    private ProgressTask? task;
    private string? title;
    private long drawn;

    private LiveBar(Terminal terminal, IAnsiConsole console, ProgressContext context)
    {
        this.terminal = terminal;
        this.console = console;
        this.context = context;
    }

    /// <summary>Does some work with a bar.</summary>
    public static T During<T>(Terminal terminal, Func<LiveBar, T> work)
    {
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Output) });
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .Start(context => work(new LiveBar(terminal, console, context)));
    }

    /// <summary>Moves the bar; another title makes it a new one.</summary>
    public void Show(string newTitle, int done, int total)
    {
        if (newTitle == title && done < total && Stopwatch.GetElapsedTime(drawn).TotalMilliseconds < RedrawMilliseconds)
        {
            return;
        }

        if (newTitle != title)
        {
            Hide();
            task = context.AddTask(Markup.Escape(newTitle), maxValue: Math.Max(total, 1));
            title = newTitle;
        }

        task!.Value = done;
        drawn = Stopwatch.GetTimestamp();
    }

    /// <summary>Takes the bar away until it is next shown.</summary>
    public void Hide()
    {
        if (task is not null)
        {
            task.StopTask();
            context.RemoveTask(task);
            task = null;
            title = null;
        }
    }

    public void Line(string text) => console.WriteLine(Terminal.Shown(text));

    /// <summary>A line in bold, or as it is where the terminal has no colours.</summary>
    public void Bold(string text) => console.WriteLine(Terminal.Shown(text), new Style(decoration: Decoration.Bold));

    public void Warn(IEnumerable<string> lines)
    {
        if (!terminal.ErrorIsTerminal)
        {
            terminal.Warn(lines);
            return;
        }

        // The same screen: it must go through the console that draws the bar.
        string mark = "warning: ";
        foreach (string line in lines)
        {
            console.WriteLine(Terminal.Shown(mark + line), new Style(Color.Yellow));
            mark = "";
        }
    }
}
