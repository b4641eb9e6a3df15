// A progress bar and a few lines beneath what a terminal shows. The one place that loads Spectre.Console.
using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NativeCnn.Cli.Output;

/// <summary>One bar at a time, gone when the work is over; lines are printed above it.</summary>
internal sealed class LiveBar
{
    private const double RedrawMilliseconds = 50;

    private readonly Terminal terminal;
    private readonly IAnsiConsole console;
    private readonly LiveDisplayContext context;
    private string? title;
    private long drawn;

    private LiveBar(Terminal terminal, IAnsiConsole console, LiveDisplayContext context)
    {
        this.terminal = terminal;
        this.console = console;
        this.context = context;
    }

    /// <summary>
    /// Columns that lines may take; the last one stays empty, for some terminals go on to the next line there.
    /// </summary>
    public int Width => Math.Max(8, console.Profile.Width - 1);

    /// <summary>Does some work with a bar.</summary>
    public static T During<T>(Terminal terminal, Func<LiveBar, T> work)
    {
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Output) });
        if (terminal.Width is { } width)
        {
            console.Profile.Width = width;
        }

        return console.Live(new Text("")).AutoClear(true).Overflow(VerticalOverflow.Crop)
            .Start(context => work(new LiveBar(terminal, console, context)));
    }

    /// <summary>Moves the bar; another title makes it a new one.</summary>
    /// <param name="newTitle">What is done.</param>
    /// <param name="done">How much of it.</param>
    /// <param name="total">How much there is.</param>
    /// <param name="beneath">
    /// Lines below the bar, of at most <see cref="Width"/> characters; asked for where it is drawn.
    /// </param>
    public void Show(string newTitle, int done, int total, Func<IEnumerable<string>>? beneath = null)
    {
        if (newTitle == title && done < total && Stopwatch.GetElapsedTime(drawn).TotalMilliseconds < RedrawMilliseconds)
        {
            return;
        }

        title = newTitle;
        string[] lines = [LiveLines.Bar(newTitle, done, total, Width), .. beneath?.Invoke() ?? []];
        context.UpdateTarget(new Rows(lines.Select(
            line => new Text(Terminal.Shown(LiveLines.Cut(line, Width)))).ToArray<IRenderable>()));
        drawn = Stopwatch.GetTimestamp();
    }

    /// <summary>Takes the bar away until it is next shown.</summary>
    public void Hide()
    {
        if (title is not null)
        {
            context.UpdateTarget(new Text(""));
            title = null;
        }
    }

    public void Line(string text) => Write(text, Style.Plain);

    /// <summary>A line in bold, or as it is where the terminal has no colours.</summary>
    public void Bold(string text) => Write(text, new Style(decoration: Decoration.Bold));

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
            Write(mark + line, new Style(Color.Yellow));
            mark = "";
        }
    }

    private void Write(string text, Style style)
    {
        foreach (string row in WordWrap.Lines(Terminal.Shown(text), terminal.Width ?? console.Profile.Width))
        {
            console.Write(new WholeLine(row, style));
        }
    }

    /// <summary>A line that leaves nothing of what stood where it comes: the bar is longer than most.</summary>
    private sealed class WholeLine(string text, Style style) : Renderable
    {
        private const string EraseLine = "\u001b[2K";

        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            [Segment.Control(EraseLine), new Segment(text, style), Segment.LineBreak];
    }
}
