using System.Text.Json;
using NativeCnn.Cli.Errors;
using NativeCnn.Tests.Model;

namespace NativeCnn.Tests.Cli;

/// <summary><c>puzzles</c>. What each puzzle is about: <c>PuzzleTests</c>.</summary>
public sealed class PuzzlesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Puzzle_StartedCheckedAndMended_EndsWithSolved()
    {
        string file = folder["1-sign.cs"];
        string[] started = CliRun.Of("puzzles", "start", "1", "--directory", folder.Path).Succeeded().Output;
        Assert.Contains(file, started[^1], StringComparison.Ordinal);

        CliRun broken = Check();
        Assert.Equal(ExitCodes.Failed, broken.ExitCode);
        Assert.Equal("puzzle 1, sign: not solved yet", broken.Output[0]);
        Assert.Matches(@"at \[\d,\d,\d\]: got -?[\d.]+, wanted -?[\d.]+ \(differences", broken.Output[1]);
        Assert.Equal("a hint: nativecnn puzzles hint 1", broken.Output[2]);

        CliRun.Of("puzzles", "start", "sign", "--directory", folder.Path).FailedNaming("--again");
        File.WriteAllText(file, File.ReadAllText(file).Replace("1f + (", "1f - (", StringComparison.Ordinal));
        Assert.Equal("puzzle 1, sign: solved", Check().Succeeded().Output[0]);
        JsonElement json = Assert.Single(Check("--json").Succeeded().Json);
        Assert.True(json.GetProperty("solved").GetBoolean());

        CliRun.Of("puzzles", "start", "1", "--directory", folder.Path, "--again").Succeeded();
        Assert.False(Check("--json").Json[0].GetProperty("solved").GetBoolean());

        CliRun Check(params string[] more) =>
            CliRun.Of(["puzzles", "check", "1", "--directory", folder.Path, .. more]);
    }

    [Fact]
    public void Puzzles_AreListed()
    {
        string[] lines = CliRun.Of("puzzles").Succeeded().Output;

        Assert.Contains(lines, line => line.StartsWith("7  ", StringComparison.Ordinal));
        Assert.Equal(8, CliRun.Of("puzzles", "--json").Succeeded().Json.Length);
    }

    [Fact]
    public void Hint_OfAHigherLevel_IsAnother() => Assert.NotEqual(
        CliRun.Of("puzzles", "hint", "7").Succeeded().Output,
        CliRun.Of("puzzles", "hint", "race", "--level", "3").Succeeded().Output);

    [Theory]
    [InlineData("puzzles check 9", "'9'; there are 1 to 8")]
    [InlineData("puzzles check 2 --directory /no/such/folder", "puzzles start 2 --directory /no/such/folder")]
    [InlineData("puzzles hint 2 --level 4", "--level")]
    [InlineData("puzzles begin", "'begin'")]
    public void BadArguments_AreRefused(string arguments, string named) =>
        CliRun.Of(arguments.Split(' ')).FailedNaming(named);
}
