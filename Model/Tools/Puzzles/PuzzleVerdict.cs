namespace NativeCnn.Tools.Puzzles;

/// <summary>What the check of a puzzle found.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Findings">What is wrong, a line each; empty where the puzzle is solved.</param>
/// <param name="Compared">Numbers that were compared.</param>
/// <param name="Sectors">Sectors of memory a request; null where they are not counted.</param>
public sealed record PuzzleVerdict(IReadOnlyList<string> Findings, int Compared = 0, double? Sectors = null)
{
    /// <summary>True where nothing is wrong.</summary>
    public bool Solved => Findings.Count == 0;
}
