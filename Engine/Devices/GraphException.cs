using NativeCnn.Engine.Messages;

namespace NativeCnn.Engine.Devices;

/// <summary>A training step could not be recorded or replayed; the message says what was refused.</summary>
public sealed class GraphException : Exception
{
    /// <summary>Creates the exception from one line.</summary>
    public GraphException(string message) : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the exception with the failure beneath it.</summary>
    public GraphException(string message, Exception inner) : base(OneLine.Of(message), inner)
    {
    }

    /// <summary>Creates an empty exception.</summary>
    public GraphException()
    {
    }
}
