using NativeCnn.Engine.Messages;

namespace NativeCnn.Engine.Devices;

/// <summary>A device was asked for that is not there or cannot be opened; the message lists those that are.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>Creates the exception from one line that says what was asked for and what to do.</summary>
    public DeviceException(string message) : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the exception with the failure beneath it.</summary>
    public DeviceException(string message, Exception inner) : base(OneLine.Of(message), inner)
    {
    }

    /// <summary>Creates an empty exception.</summary>
    public DeviceException()
    {
    }
}
