using NativeCnn.Engine.Messages;

namespace NativeCnn.Engine.Kernels;

/// <summary>A kernel could not be loaded, or did what it must not; the message names it and says what.</summary>
public sealed class KernelFaultException : Exception
{
    /// <summary>Creates the exception from one line.</summary>
    public KernelFaultException(string message) : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the exception with the failure beneath it.</summary>
    public KernelFaultException(string message, Exception inner) : base(OneLine.Of(message), inner)
    {
    }

    /// <summary>Creates an empty exception.</summary>
    public KernelFaultException()
    {
    }
}
