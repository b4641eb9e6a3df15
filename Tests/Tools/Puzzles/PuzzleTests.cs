// The puzzles of `nativecnn puzzles`, broken and solved.
using NativeCnn.Tools.Puzzles;

namespace NativeCnn.Tests.Tools.Puzzles;

public sealed class PuzzleTests
{
    private const string SoftmaxRow = "int first = row * a.Classes;\n";

    private const string SoftmaxSum =
        """
        float sum = 0f;
        for (int k = first; k < first + a.Classes; k++)
        {
            sum += a.DY[k] * a.Y[k];
        }

        """;

    private const string RaceTurn = "sums[thread] += sums[thread + width];\n            }\n";

    /// <summary>Each puzzle: what is said of it, and the text to be mended, old and new.</summary>
    public static TheoryData<string, string, string[]> All => new()
    {
        { "sign", "the gradient of the input at [", ["1f + (y * y)", "1f - (y * y)"] },
        { "batch", "the gradient of weight at [", ["sum = a.DY", "sum += a.DY"] },
        { "tap", "the gradient of the input at [", ["t - r - 1", "t - r"] },
        { "dropout", "got 2.398235, wanted 3.197647", ["a.Mask[i] > 0f ? a.DY[i] : 0f", "a.Mask[i] * a.DY[i]"] },
        {
            "softmax", "the gradient of the input at [",
            [SoftmaxRow, SoftmaxRow + SoftmaxSum, "a.DY[i] * y * (1f - y)", "y * (a.DY[i] - sum)"]
        },
        { "maximum", "wanted 0 (", ["a.X[t] > a.X[first]", "a.X[t] > a.X[place]"] },
        {
            "race", "kernel bias.sum-over-batch has a race in ",
            [RaceTurn, RaceTurn + "\n            Group.Barrier();\n"]
        },
        {
            "sectors", "got 26.5 sectors a request, wanted 4",
            ["i % a.Rows", "i / a.Columns", "i / a.Rows", "i % a.Columns"]
        },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Puzzle_AsItIsGivenOut_FailsInNumbers_AndMendedIsSolved(string name, string said, string[] changes)
    {
        Puzzle puzzle = PuzzleCatalog.Find(name);
        string source = puzzle.Source.ReplaceLineEndings("\n");

        PuzzleVerdict broken = PuzzleChecker.Check(puzzle, puzzle.FileName, source);
        Assert.Contains(said, Assert.Single(broken.Findings), StringComparison.Ordinal);

        for (int i = 0; i < changes.Length; i += 2)
        {
            string mended = source.Replace(
                changes[i].ReplaceLineEndings("\n"), changes[i + 1].ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.NotEqual(source, mended);
            source = mended;
        }

        Assert.Equal([], PuzzleChecker.Check(puzzle, puzzle.FileName, source).Findings);
    }

    [Fact]
    public void Puzzles_AreEightWithThreeHintsEach_AndAllAreTested()
    {
        Assert.Equal(Enumerable.Range(1, 8), PuzzleCatalog.All.Select(one => one.Number));
        Assert.All(PuzzleCatalog.All, one => Assert.Equal(3, one.Hints.Count));
        Assert.Equal(PuzzleCatalog.All.Select(one => one.Name), All.Select(row => (string)row[0]));
    }

    [Theory]
    [InlineData("a.DX[i] =", "float unused =", "got NaN")]
    [InlineData("a.DX[i] =", "a.DX[i + 1000] =", "outside")]
    [InlineData("float y", "flaot y", "1-sign.cs(12,13): CS0246")]
    public void File_WithAnotherFault_IsToldIt(string text, string other, string said)
    {
        Puzzle puzzle = PuzzleCatalog.All[0];

        PuzzleVerdict verdict = PuzzleChecker.Check(
            puzzle, puzzle.FileName, puzzle.Source.Replace(text, other, StringComparison.Ordinal));

        Assert.Contains(said, verdict.Findings[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Backward(", "Backwards(", "method Backward")]
    [InlineData("int Length", "int Count", "Length (int)")]
    public void File_WithoutItsNames_IsRefusedWithThem(string text, string other, string said)
    {
        Puzzle puzzle = PuzzleCatalog.All[0];

        PuzzleException refused = Assert.Throws<PuzzleException>(() => PuzzleChecker.Check(
            puzzle, puzzle.FileName, puzzle.Source.Replace(text, other, StringComparison.Ordinal)
                .Replace("a.Length", "a.Y.IntLength", StringComparison.Ordinal)));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }
}
