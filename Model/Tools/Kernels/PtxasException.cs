using NativeCnn.Engine.Messages;

namespace NativeCnn.Tools.Kernels;

/// <summary>NVIDIA's assembler refused a kernel, or could not be run. The message carries what it said.</summary>
public sealed class PtxasException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public PtxasException()
    {
    }

    /// <summary>Creates the error.</summary>
    public PtxasException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    public PtxasException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
