// docs/backprop.md: every command is run and prints what the page says, every excerpt is in the sources. Commands of the
// page that follow numbers take --device ptx, whose bits are the same on every machine.
using NativeCnn.Cli.Errors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

public sealed class BackpropPageTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    private const string Name = "backprop.md";

    /// <summary>What the page calls the run folder that the README's first command left.</summary>
    private const string Run = "RUN";

    [Fact]
    public void EveryCommand_PrintsWhatThePageSays()
    {
        var page = DocumentPage.Open(Name);
        Assert.True(page.Commands.Length >= 12, $"{page.Commands.Length} commands");
        Assert.All(page.Commands, command =>
        {
            string[] words =
            [
                .. DocumentPage.WordsOf(command).Select(word => word == Run ? trained.Path
                    : word.EndsWith(".safetensors", StringComparison.Ordinal) ? trained[word]
                    : word),
            ];
            CliRun run = CliRun.Of(words);
            Assert.True(run.ExitCode == ExitCodes.Done, $"{command}: {string.Join('\n', run.Error)}");
            page.Expect(command, run.Output.Select(line => line
                .Replace(trained.Path, Run, StringComparison.Ordinal)
                .Replace(trained[""], "", StringComparison.Ordinal)));
        });
    }

    [SkippableFact]
    public void EveryExcerpt_IsInTheSources()
    {
        Skip.IfNot(DocumentPage.HasSources, "the sources are not here");
        var page = DocumentPage.Open(Name);

        page.ExpectExcerpts();
        page.ExpectLinks();
    }
}
