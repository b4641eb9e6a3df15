using NativeCnn.Engine.Messages;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>There is nothing to measure by a name, or it cannot take a shape; the message says what there is.</summary>
public sealed class KernelChoiceException : Exception
{
    /// <summary>Creates the exception with a plain message.</summary>
    public KernelChoiceException()
        : base("there is nothing to measure by that name")
    {
    }

    /// <summary>Creates the exception.</summary>
    public KernelChoiceException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the exception with the one that caused it.</summary>
    public KernelChoiceException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
