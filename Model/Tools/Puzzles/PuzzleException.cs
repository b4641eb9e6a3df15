using NativeCnn.Engine.Messages;

namespace NativeCnn.Tools.Puzzles;

/// <summary>
/// There is no such puzzle, or its file cannot be used. The message is a line and says what to do.
/// </summary>
public sealed class PuzzleException : Exception
{
    /// <summary>Creates the exception with an empty message.</summary>
    public PuzzleException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public PuzzleException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the exception with the one that caused it.</summary>
    public PuzzleException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
