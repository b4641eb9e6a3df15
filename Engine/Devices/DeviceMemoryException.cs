using NativeCnn.Engine.Messages;

namespace NativeCnn.Engine.Devices;

/// <summary>A device has no room for what was asked of it; the message says how much, and how much there is.</summary>
public sealed class DeviceMemoryException : Exception
{
    /// <summary>Creates the exception from one line.</summary>
    public DeviceMemoryException(string message) : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the exception with the driver's failure beneath it.</summary>
    public DeviceMemoryException(string message, Exception inner) : base(OneLine.Of(message), inner)
    {
    }

    /// <summary>Creates an empty exception.</summary>
    public DeviceMemoryException()
    {
    }
}
