using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Networks;

/// <summary>
/// A network that does not exist or cannot be built. The message says which layer and what to change.
/// </summary>
public sealed class NetworkSpecException : Exception
{
    /// <summary>Creates the exception from one line that says what is wrong and what to do.</summary>
    public NetworkSpecException(string message) : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the exception with the failure beneath it.</summary>
    public NetworkSpecException(string message, Exception inner) : base(OneLine.Of(message), inner)
    {
    }

    /// <summary>Creates an empty exception.</summary>
    public NetworkSpecException()
    {
    }
}
