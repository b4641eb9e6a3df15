using NativeCnn.Engine.Messages;

namespace NativeCnn.Features.Options;

/// <summary>Features that do not exist or cannot be computed. The message is one line that says what to do.</summary>
public sealed class FeatureOptionsException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public FeatureOptionsException()
    {
    }

    /// <summary>Creates the error.</summary>
    public FeatureOptionsException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    public FeatureOptionsException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
