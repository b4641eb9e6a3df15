using NativeCnn.Engine.Messages;

namespace NativeCnn.Tools.Profiling;

/// <summary>Nothing can be counted by that name, shape or GPU. The message is a line and says what there is.</summary>
public sealed class ProfileException : Exception
{
    /// <summary>Creates the exception with an empty message.</summary>
    public ProfileException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public ProfileException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the exception with the one that caused it.</summary>
    public ProfileException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
