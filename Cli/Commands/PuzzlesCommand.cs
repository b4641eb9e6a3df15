// nativecnn puzzles: broken derivatives and kernels to mend.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Model.Formats;
using NativeCnn.Tools.Puzzles;

namespace NativeCnn.Cli.Commands;

internal static class PuzzlesCommand
{
    private const string DefaultFolder = "puzzles";

    public static Command Create(Terminal terminal)
    {
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "puzzles",
            "Lists derivatives and kernels with one fault each. `start` puts one in a file, you mend it, `check` " +
            "says what is wrong in numbers, or that it is solved; `hint` helps. Needs neither a GPU nor the .NET SDK.")
        {
            json, Start(terminal), Check(terminal), Hint(terminal),
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
            {
                foreach (Puzzle one in PuzzleCatalog.All)
                {
                    terminal.Json(PuzzleRecord.Of(one), CliJson.Default.PuzzleRecord);
                }

                return ExitCodes.Done;
            }

            terminal.Table(
                ["puzzle", "name", "what is wrong"],
                PuzzleCatalog.All.Select(one => (string[])[$"{one.Number}", one.Name, one.Task]), leftColumns: 3);
            terminal.Line();
            terminal.Line("begin with `nativecnn puzzles start 1`");
            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn puzzles", "nativecnn puzzles start 1", "nativecnn puzzles check 1",
            "nativecnn puzzles hint 1 --level 2");
    }

    private static Command Start(Terminal terminal)
    {
        Argument<string> number = Number();
        Option<string> folder = Folder();
        Option<bool> again = OptionOf.Flag("--again", "Put the broken file in the place of one that is there.");
        var command = new Command("start", "Puts the file that is to be mended into a folder.")
        {
            number, folder, again,
        };
        command.SetAction(parsed =>
        {
            Puzzle puzzle = PuzzleCatalog.Find(parsed.GetValue(number)!);
            string path = Path.Combine(parsed.GetValue(folder)!, puzzle.FileName);
            if (File.Exists(path) && !parsed.GetValue(again))
            {
                throw new InputException(
                    $"'{path}' is there already; --again puts the broken file in its place, and what you wrote is " +
                    "lost");
            }

            Directory.CreateDirectory(parsed.GetValue(folder)!);
            AtomicFile.WriteText(path, puzzle.Source);
            terminal.Line($"puzzle {puzzle.Number}, {puzzle.Name}: {puzzle.Task}");
            terminal.Line($"mend {path}, then: nativecnn puzzles check {puzzle.Number}{In(parsed.GetValue(folder)!)}");
            return ExitCodes.Done;
        });
        return command.WithExamples("nativecnn puzzles start 1", "nativecnn puzzles start race --directory scratch");
    }

    private static Command Check(Terminal terminal)
    {
        Argument<string> number = Number();
        Option<string> folder = Folder();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "check",
            "Compiles the file and executes it as a GPU would, on the processor, then compares its gradient with " +
            "finite differences in float64. Exit code 1 until it is mended.")
        {
            number, folder, json,
        };
        command.SetAction(parsed =>
        {
            Puzzle puzzle = PuzzleCatalog.Find(parsed.GetValue(number)!);
            string path = Path.Combine(parsed.GetValue(folder)!, puzzle.FileName);
            if (!File.Exists(path))
            {
                throw new InputException(
                    $"there is no '{path}': `nativecnn puzzles start {puzzle.Number}{In(parsed.GetValue(folder)!)}` " +
                    "puts it there");
            }

            PuzzleVerdict verdict = PuzzleChecker.Check(puzzle, path, File.ReadAllText(path));
            if (parsed.GetValue(json))
            {
                terminal.Json(PuzzleVerdictRecord.Of(puzzle, verdict), CliJson.Default.PuzzleVerdictRecord);
            }
            else
            {
                Print(puzzle, verdict, terminal);
            }

            return verdict.Solved ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command.WithExamples("nativecnn puzzles check 1", "nativecnn puzzles check race --directory scratch");
    }

    private static void Print(Puzzle puzzle, PuzzleVerdict verdict, Terminal terminal)
    {
        terminal.Line($"puzzle {puzzle.Number}, {puzzle.Name}: {(verdict.Solved ? "solved" : "not solved yet")}");
        if (!verdict.Solved)
        {
            terminal.Lines(verdict.Findings);
            terminal.Line($"a hint: nativecnn puzzles hint {puzzle.Number}");
            return;
        }

        string sectors = verdict.Sectors is { } taken
            ? $"; {Show.Format(taken, "0.0")} sectors a request"
            : "";
        terminal.Line(
            $"{Show.Count(verdict.Compared)} numbers agree with differences in float64, and no thread did what it " +
            $"must not{sectors}");
        if (PuzzleCatalog.All.FirstOrDefault(one => one.Number == puzzle.Number + 1) is { } next)
        {
            terminal.Line($"the next: nativecnn puzzles start {next.Number}");
        }
    }

    private static Command Hint(Terminal terminal)
    {
        Argument<string> number = Number();
        Option<int> level = OptionOf.Integer("--level", "Higher levels tell more; 3 all but the line.", 1, 1, 3);
        var command = new Command("hint", "Prints a hint.") { number, level };
        command.SetAction(parsed =>
        {
            Puzzle puzzle = PuzzleCatalog.Find(parsed.GetValue(number)!);
            terminal.Line(puzzle.Hints[parsed.GetValue(level) - 1]);
            return ExitCodes.Done;
        });
        return command.WithExamples("nativecnn puzzles hint 1", "nativecnn puzzles hint 1 --level 3");
    }

    private static Argument<string> Number() => new Argument<string>("PUZZLE")
    {
        Description = "Its number, or its name.",
    }.Completing(() => PuzzleCatalog.All.Select(one => one.Name));

    private static Option<string> Folder() =>
        OptionOf.Text("--directory", "DIR", "Where the files are that you mend.", DefaultFolder);

    private static string In(string folder) => folder == DefaultFolder ? "" : $" --directory {folder}";
}
