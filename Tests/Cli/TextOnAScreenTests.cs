using NativeCnn.Cli.Output;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Tests.Cli;

/// <summary>Tables, wrapped lines and the lines of a live view, at any width.</summary>
public class TextOnAScreenTests
{
    private static readonly string[] Header = ["device", "name of it", "memory", "group size"];

    private static readonly string[][] Rows =
    [
        ["cpu", "a processor with vectors of many bits", "12.3 MiB", "2"],
        ["cuda:0", "an accelerator", "-", "1,024"],
    ];

    [Fact]
    public void Table_ThatFits_IsAsItIsInAFile() =>
        Assert.Equal(TextTable.Format(Header, Rows, 2), TextTable.Format(Header, Rows, 2, 200));

    [Theory]
    [InlineData(70)]
    [InlineData(60)]
    [InlineData(50)]
    [InlineData(40)]
    public void Table_OnANarrowScreen_BreaksNoWordAndNoNumber(int width)
    {
        string[] lines = [.. TextTable.Format(Header, Rows, 2, width)];

        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        string[] whole = [.. Header.Concat(Rows.SelectMany(row => row)).SelectMany(cell => cell.Split(' '))];
        Assert.All(
            lines.TakeWhile(line => !line.StartsWith("left out", StringComparison.Ordinal))
                .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
            word => Assert.Contains(word, whole));
        Assert.Equal(
            !string.Join(' ', lines).Contains("room: memory", StringComparison.Ordinal),
            lines.Any(line => line.Contains("12.3 MiB", StringComparison.Ordinal)));
    }

    [Fact]
    public void Table_WithoutRoom_LeavesOutWhatItsCommandSaysFirstAndTellsWhat()
    {
        string[] lines = [.. TextTable.Format(Header, Rows, 2, 46, "memory")];

        Assert.DoesNotContain("memory", lines[0], StringComparison.Ordinal);
        Assert.Contains("group", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("left out for want of room: memory", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("one two three", 7, "one two|  three")]
    [InlineData("    one two three", 12, "    one two|      three")]
    [InlineData("a-very-long-word b", 5, "a-very-long-word|  b")]
    [InlineData("kept\nbreak", 40, "kept|break")]
    [InlineData("", 40, "")]
    public void WordWrap_EndsLinesBetweenWords(string text, int width, string expected) =>
        Assert.Equal(expected.Split('|'), WordWrap.Lines(text, width));

    [Fact]
    public void FixedColumns_WithoutRoom_LeaveOutTheLeastOfThem()
    {
        FixedColumns.Column[] columns = [new("a", 5, 9), new("b", 5, 1), new("c", 5, 5, IsLeft: true)];

        Assert.Equal("    a      b  c", new FixedColumns(null, columns).Header);
        Assert.Equal("    1  3", new FixedColumns(12, columns).Line("1", "2", "3"));
        Assert.Equal("    1", new FixedColumns(4, columns).Line("1", "2", "3"));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    public void EpochTable_OnANarrowScreen_FitsWithItsStar(int width)
    {
        var epoch = new EpochMetrics(100, 10.1234, 1, 10.1234, 1, 0.1, 1000);
        var table = new EpochTable(width, epoch);
        string row = table.Row(epoch, isBest: true);
        var several = new EpochTable(width, epoch with { ValidationF1 = 0.5, ValidationMap = 1 });
        string longer = several.Row(epoch with { ValidationF1 = 0.5, ValidationMap = 1 }, isBest: true);

        Assert.True(row.Length <= width, row);
        Assert.Equal(table.Header.Length, row.Length - 2);
        Assert.True(longer.Length <= width, longer);
        Assert.Contains("mAP", several.Header, StringComparison.Ordinal);
        Assert.Contains("1.000", longer, StringComparison.Ordinal);
        Assert.Equal(width >= 62, table.Header.Contains("seconds", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(59)]
    [InlineData(119)]
    public void Bar_OfAnyTitle_FitsAndSaysTheShare(int width)
    {
        string bar = LiveLines.Bar("epoch 3/15, of a fold with a very long name", 45, 100, width);

        Assert.True(bar.Length <= width, bar);
        Assert.EndsWith(" 45 %", bar, StringComparison.Ordinal);
    }

    [Fact]
    public void Sparkline_OfAFall_FallsAndShowsTheLast()
    {
        Assert.Equal("█▅▁", LiveLines.Sparkline([9, 3, 2, 1], 3));
        Assert.Equal("█▁×", LiveLines.Sparkline([2, 1, double.NaN], 10));
        Assert.Equal("▁▁", LiveLines.Sparkline([1, 1], 10));
        Assert.Equal("", LiveLines.Sparkline([], 10));
    }

    [Theory]
    [InlineData(0.4, "1 s")]
    [InlineData(65, "1:05 min")]
    [InlineData(7500, "2:05 h")]
    public void Duration_IsAsAPersonSaysIt(double seconds, string said) =>
        Assert.Equal(said, LiveLines.Duration(seconds));

    [Fact]
    public void Pace_OfATraining_TellsRateAndTimeLeft()
    {
        double clock = 100;
        var pace = new TrainingPace(() => clock);
        pace.Started(new TrainingOutline("data", "cpu", 2, 1000, 100, [1, 1], 1, Epochs: 3, FirstEpoch: 1));
        Assert.Equal(0, pace.ClipsPerSecond);
        Assert.Null(pace.AllLeft);

        clock += 2;
        pace.StepDone(1, 5, 10);
        Assert.Equal(250, pace.ClipsPerSecond, 9);
        Assert.Equal(2, pace.EpochLeft!.Value, 9);
        Assert.Equal(2 + (2 * 4), pace.AllLeft!.Value, 9);

        // The validation takes a second: known from the first epoch on.
        clock += 2;
        pace.StepDone(1, 10, 10);
        clock += 1;
        pace.EpochDone(new EpochMetrics(1, 1, 1, 1, 1, 1, 5));
        clock += 2;
        pace.StepDone(2, 5, 10);
        Assert.Equal(3, pace.EpochLeft!.Value, 9);
        Assert.Equal(3 + 5, pace.AllLeft!.Value, 9);
    }

    [Fact]
    public void Line_OnATerminal_IsWrappedAndInAFileIsNot()
    {
        string text = string.Join(' ', Enumerable.Repeat("word", 30));
        Assert.Equal(2, LinesOf(text, isTerminal: true).Length);
        Assert.Single(LinesOf(text, isTerminal: false));

        static string[] LinesOf(string text, bool isTerminal)
        {
            var output = new StringWriter();
            var terminal = new Terminal(output, TextWriter.Null, isTerminal, false, CancellationToken.None)
            {
                Columns = () => 80,
            };
            terminal.Line(text);
            return output.ToString().TrimEnd().Split(Environment.NewLine);
        }
    }
}
