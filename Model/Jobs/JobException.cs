using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Jobs;

/// <summary>A folder of jobs that cannot be used. The message is one line: what, where, what to do.</summary>
public sealed class JobException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public JobException()
    {
    }

    /// <summary>Creates the error.</summary>
    /// <param name="message">One line: what, where, what to do.</param>
    public JobException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    /// <param name="message">One line: what, where, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public JobException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
