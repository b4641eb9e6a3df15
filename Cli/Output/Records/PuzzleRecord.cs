using NativeCnn.Tools.Puzzles;

namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>puzzles</c>.</summary>
internal sealed record PuzzleRecord(int Puzzle, string Name, string Task, string File)
{
    public static PuzzleRecord Of(Puzzle one) => new(one.Number, one.Name, one.Task, one.FileName);
}
