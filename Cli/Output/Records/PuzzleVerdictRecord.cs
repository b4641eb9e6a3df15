using NativeCnn.Tools.Puzzles;

namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>puzzles check</c>.</summary>
internal sealed record PuzzleVerdictRecord(
    int Puzzle, string Name, bool Solved, IReadOnlyList<string> Findings, int Compared,
    double? SectorsPerRequest)
{
    public static PuzzleVerdictRecord Of(Puzzle puzzle, PuzzleVerdict verdict) => new(
        puzzle.Number, puzzle.Name, verdict.Solved, verdict.Findings, verdict.Compared, verdict.Sectors);
}
