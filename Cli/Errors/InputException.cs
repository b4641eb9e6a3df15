using NativeCnn.Engine.Messages;

namespace NativeCnn.Cli.Errors;

/// <summary>Arguments that cannot be used as they stand. The message is one line: what, where and what to do.</summary>
public sealed class InputException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public InputException()
    {
    }

    /// <summary>Creates the error.</summary>
    public InputException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    public InputException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
