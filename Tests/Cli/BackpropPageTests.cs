// docs/backprop.md: every command is run and prints what the page says, every excerpt is in the sources. Commands that
// follow numbers take --device ptx, whose bits are the same on every machine. All of them take ten seconds of a
// processor: NATIVECNN_DOCS=all runs them, as .ci/run does; without it, a few are run.
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

public sealed class BackpropPageTests
{
    private const string Name = "backprop.md";

    /// <summary>What the page calls the run folder that the README's first command left.</summary>
    private const string Run = "RUN";

    private static readonly string[] Quick =
        ["model summary", "--parameter dense2.weight", "--parameter conv1.weight[5,1,0]", "gradcheck"];

    [Fact]
    public void EveryCommandOfANetwork_PrintsWhatThePageSays()
    {
        var page = DocumentPage.Open(Name);
        string[] commands = [.. page.Commands.Where(one => !IsOfARun(one))];
        Assert.True(commands.Length >= 14, $"{commands.Length} commands");
        Assert.All(
            commands.Where(one => DocumentPage.RunsAll || Quick.Any(one.Contains)),
            command => page.Expect(command, CliRun.PageOf(DocumentPage.WordsOf(command))));
    }

    [Fact]
    public void EveryCommandOfARun_PrintsWhatThePageSays()
    {
        var page = DocumentPage.Open(Name);
        string[] commands = [.. page.Commands.Where(IsOfARun)];
        Assert.Equal(3, commands.Length);
        using TrainedRun? trained = DocumentPage.RunsAll ? new TrainedRun() : null;
        Assert.All(commands.Where(_ => trained is not null), command => page.Expect(
            command,
            CliRun.PageOf([.. DocumentPage.WordsOf(command).Select(Placed)]).Select(line => line
                .Replace(trained!.Path, Run, StringComparison.Ordinal)
                .Replace(trained["x"][..^1], "", StringComparison.Ordinal))));

        string Placed(string word) => word == Run ? trained!.Path
            : word.EndsWith(".safetensors", StringComparison.Ordinal) ? trained![word]
            : word;
    }

    [SkippableFact]
    public void EveryExcerpt_IsInTheSources()
    {
        Skip.IfNot(DocumentPage.HasSources, "the sources are not here");
        var page = DocumentPage.Open(Name);

        page.ExpectExcerpts();
        page.ExpectLinks();
    }

    private static bool IsOfARun(string command) =>
        command.Contains(Run, StringComparison.Ordinal) || command.Contains(".safetensors", StringComparison.Ordinal);
}
