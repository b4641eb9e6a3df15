using NativeCnn.Engine.Messages;

namespace NativeCnn.Engine.Kernels;

/// <summary>A rung was asked for that is not there. The message lists those that are.</summary>
public sealed class RungException : Exception
{
    /// <summary>Creates the exception from one line that says what was asked for and what to do.</summary>
    public RungException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the exception with the failure beneath it.</summary>
    public RungException(string message, Exception inner)
        : base(OneLine.Of(message), inner)
    {
    }

    /// <summary>Creates an empty exception.</summary>
    public RungException()
    {
    }
}
