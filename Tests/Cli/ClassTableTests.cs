using NativeCnn.Cli.Output;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Tests.Cli;

/// <summary>The table of classes that <c>train</c> and <c>evaluate</c> print.</summary>
public class ClassTableTests
{
    [Fact]
    public void ManyClasses_AreCutToTheWorst_AndTheLineSaysSo()
    {
        string[] lines = [.. ClassTable.Lines(Report(1000, 1000))];
        Assert.Equal(23, lines.Length);
        Assert.StartsWith("c999", lines[1], StringComparison.Ordinal);
        Assert.Contains("20 worst of 1,000 classes", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void ClassesWithoutClips_AreInNoMean_AndTheLineSaysSo()
    {
        string[] lines = [.. ClassTable.Lines(Report(4, 2))];
        Assert.StartsWith("mean of the 2 classes with clips", lines[^1], StringComparison.Ordinal);
        Assert.StartsWith("mean ", ClassTable.Lines(Report(4, 4)).Last(), StringComparison.Ordinal);
    }

    private static ClassificationReport Report(int classes, int there) => new(
        there, 1, 0,
        [.. Enumerable.Range(0, classes).Select(i =>
            new ClassMetrics($"c{i}", 1, 1, 1.0 / (1 + i), i < there ? 1 : 0))]);
}
