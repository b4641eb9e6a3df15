using System.CommandLine;
using System.CommandLine.Parsing;
using NativeCnn.Cli.Commands;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;

namespace NativeCnn.Tests.Cli;

/// <summary>The help page of every command, whatever the width of the terminal.</summary>
public class HelpPageTests
{
    // No page is wrapped at this.
    private const int AnyLength = 100_000;

    public static TheoryData<string> Commands => [.. PathsBelow(Tree(), "")];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Page_OfEveryCommand_FitsTheTerminalAndBreaksNoWord(string command)
    {
        CommandResult result = ResultOf(command);
        string[] words = Words(HelpPage.Lines(result, AnyLength));
        foreach (int width in (int[])[60, 80, 120])
        {
            string[] lines = [.. HelpPage.Lines(result, width)];
            Assert.All(lines, line => Assert.True(line.Length <= width, $"at {width}: {line}"));
            Assert.Equal(words, Words(lines));
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Options_OfACommandWithMany_EachHaveAGroup(string command)
    {
        IReadOnlyList<Option> options = HelpPage.OptionsOf(ResultOf(command));
        string[] without = options.Count <= HelpPage.MostInOneList ? []
            :
            [
                .. options.Where(option => HelpGroup.Of(option) is null && option.Name != "--help")
                    .Select(option => option.Name),
            ];
        Assert.True(
            without.Length == 0,
            $"`{command}` has too many options for one list: give {string.Join(", ", without)} a group where it is " +
            "declared, as in .In(HelpGroup.Training)");
    }

    [Fact]
    public void Page_OfManyOptions_HasAHeadingAGroupAndOfFewHasOne()
    {
        string[] train = [.. HelpPage.Lines(ResultOf("train"), 80)];
        Assert.Contains("Optimiser:", train);
        Assert.DoesNotContain("Options:", train);
        Assert.True(
            Array.IndexOf(train, "Data:") < Array.IndexOf(train, "Training:"), "groups come in their own order");
        Assert.Contains("Options:", HelpPage.Lines(ResultOf("devices"), 80));
    }

    [Fact]
    public void Example_ThatGoesOnInTheNextLine_IsStillOneCommandOfAShell()
    {
        string page = string.Join('\n', HelpPage.Lines(ResultOf("train"), 60));
        string joined = string.Join(' ', page.Replace("\\\n", "", StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(
            "nativecnn train --data speech_commands/ --augment background --silence 10% --unknown bed,bird,cat:10%",
            joined, StringComparison.Ordinal);
    }

    private static RootCommand Tree() => CommandTree.Create(
        new Terminal(TextWriter.Null, TextWriter.Null, false, false, CancellationToken.None));

    private static CommandResult ResultOf(string command) => Tree().Parse(command).CommandResult;

    private static IEnumerable<string> PathsBelow(Command command, string path) =>
    [
        path,
        .. command.Subcommands.Where(one => !one.Hidden)
            .SelectMany(one => PathsBelow(one, $"{path} {one.Name}".Trim())),
    ];

    // A form such as a|b|c may go on behind a bar; an example behind a backslash.
    private static string[] Words(IEnumerable<string> lines) =>
    [
        .. lines.SelectMany(line => line.Replace("|", "| ", StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(word => word != "\\"),
    ];
}
