// A folder that is no run, or a damaged one.

using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Runs;

/// <summary>A run folder that cannot be used. The message is one line: what, where and what to do.</summary>
public sealed class RunException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public RunException()
    {
    }

    /// <summary>Creates the error.</summary>
    /// <param name="message">One line: what, where and what to do.</param>
    public RunException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    /// <param name="message">One line: what, where and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RunException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
