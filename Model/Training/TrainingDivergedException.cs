using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Training;

/// <summary>
/// A loss or a weight is not finite any more. The message is one line: what, in which epoch and step, what to change.
/// </summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public TrainingDivergedException()
    {
    }

    /// <summary>Creates the error.</summary>
    /// <param name="message">One line: what is not finite, where, what to change.</param>
    public TrainingDivergedException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    /// <param name="message">One line: what is not finite, where, what to change.</param>
    /// <param name="innerException">The cause.</param>
    public TrainingDivergedException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
