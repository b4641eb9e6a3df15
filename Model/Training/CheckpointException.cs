using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Training;

/// <summary>
/// A checkpoint of another network or optimiser. The message is one line: what it has, what was asked for, what to do.
/// </summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public CheckpointException()
    {
    }

    /// <summary>Creates the error.</summary>
    /// <param name="message">One line: what it has, what was asked for, what to do.</param>
    public CheckpointException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    /// <param name="message">One line: what it has, what was asked for, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public CheckpointException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
