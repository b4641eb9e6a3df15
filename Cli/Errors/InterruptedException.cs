using NativeCnn.Engine.Messages;

namespace NativeCnn.Cli.Errors;

/// <summary>The user asked to stop, and it was done. The message says what is left to go on with.</summary>
public sealed class InterruptedException : Exception
{
    /// <summary>Creates the exception with a plain message.</summary>
    public InterruptedException()
        : base("interrupted")
    {
    }

    /// <summary>Creates the exception.</summary>
    public InterruptedException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the exception with the one that caused it.</summary>
    public InterruptedException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
