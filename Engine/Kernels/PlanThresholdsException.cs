using NativeCnn.Engine.Messages;

namespace NativeCnn.Engine.Kernels;

/// <summary>A file of thresholds cannot be read as one. The message says where and what it should hold.</summary>
public sealed class PlanThresholdsException : Exception
{
    /// <summary>Creates an empty exception.</summary>
    public PlanThresholdsException()
    {
    }

    /// <summary>Creates the exception from one line.</summary>
    public PlanThresholdsException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the exception with the failure beneath it.</summary>
    public PlanThresholdsException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
