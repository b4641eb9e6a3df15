// What a person sees: commands in a real terminal, tmux, captured as text.
using System.Diagnostics;
using System.Text.RegularExpressions;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

/// <summary>Commands on screens of 60, 80 and 120 columns.</summary>
[Trait(Slow.Category, Slow.Name)]
public sealed partial class TerminalScreenTests : IDisposable
{
    private const string Done = "THE-COMMAND-IS-DONE";

    private readonly TemporaryFolder folder = new();
    private readonly string server = $"nativecnn-{Guid.NewGuid():N}";

    public static TheoryData<string, int> Screens
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (string command in (string[])["train", "--help", "train --help", "devices", "kernels list"])
            {
                foreach (int width in (int[])[60, 80, 120])
                {
                    all.Add(command, width);
                }
            }

            return all;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Screens))]
    public void Screen_OfACommand_HasNoBrokenWordAndNothingLeftOver(string command, int width)
    {
        Skip.IfNot(
            ProcessRun.IsPossible && File.Exists("/usr/bin/tmux"),
            "there is no tmux (apt-get install tmux) to see it in");
        string[] arguments = command == "train"
            ?
            [
                "train", "--clips-per-class", "20", "--clip-seconds", "0.25", "--epochs", "4", "--device", "cpu",
                "--output", folder["run"],
            ]
            : command.Split(' ');
        string line = $"{ProcessRun.ShellCommand} {string.Join(' ', arguments)}";

        string[] screen = Capture(line, width, joined: false);
        string[] joined = Capture(null, width, joined: true);

        // A line that the terminal broke is one where tmux joins what it broke.
        Assert.Equal(screen, joined);
        Assert.All(screen, row => Assert.True(row.Length <= width, row));
        string[] whole = Words(PlainOf(arguments));
        string[] shown = Words(screen.TakeWhile(row => row != Done));
        Assert.True(shown.Length > 20, string.Join('\n', screen));
        string[] broken =
        [
            .. shown.Where(word => word != "\\" &&
                !Figure().IsMatch(word) && !whole.Contains(word) && !Ours().IsMatch(word)),
        ];
        Assert.True(broken.Length == 0, $"{string.Join(' ', broken)}\n{string.Join('\n', screen)}");
        Assert.DoesNotMatch(@"[━─▁▂▃▄▅▆▇█]|clips/s", string.Join('\n', screen));
    }

    public void Dispose()
    {
        folder.Dispose();
        Tmux("kill-server");
    }

    /// <summary>Runs a command line in a new screen, or looks at the one that is there once more.</summary>
    private string[] Capture(string? command, int width, bool joined)
    {
        if (command is not null)
        {
            Tmux(
                "-f", "/dev/null", "new-session", "-d", "-x", $"{width}", "-y", "50",
                $"export TERM=screen-256color; {command}; echo {Done}; sleep 60");
        }

        var waiting = Stopwatch.StartNew();
        while (true)
        {
            string text = Tmux(["capture-pane", "-p", "-S", "-", .. joined ? ["-J"] : Array.Empty<string>()]);
            if (text.Contains(Done, StringComparison.Ordinal))
            {
                return [.. text.TrimEnd().Split('\n').Select(row => row.TrimEnd())];
            }

            Assert.True(waiting.Elapsed.TotalSeconds < 60, $"not done after a minute: {text}");
            Thread.Sleep(50);
        }
    }

    private static string[] PlainOf(string[] arguments)
    {
        string[] plain = arguments[0] == "train" && arguments.Length > 2
            ? [.. arguments, "--force"]
            : arguments;
        ProcessRun run = ProcessRun.Below("export COLUMNS=120", plain);
        return (run.Output + run.Error).Split('\n');
    }

    private string Tmux(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("/usr/bin/tmux", ["-L", server, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    // Forms such as a|b go on behind a bar.
    private static string[] Words(IEnumerable<string> lines) =>
    [
        .. lines.SelectMany(line => line.Replace("|", "| ", StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    ];

    // Times and rates are other ones each time.
    [GeneratedRegex(@"^[\d.,:]+[;,]?$")]
    private static partial Regex Figure();

    // The line about columns that had no room.
    [GeneratedRegex(@"^(left|out|for|want|of|room:|\(a|wider|terminal|or|a|file|has|all\)|\w+,)$")]
    private static partial Regex Ours();
}
