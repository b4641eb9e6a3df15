using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Clusters;

/// <summary>Processes that were to train together cannot, or no longer; the message says why.</summary>
public sealed class ClusterException : Exception
{
    /// <summary>An error with a message.</summary>
    public ClusterException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>An error with its cause.</summary>
    public ClusterException(string message, Exception inner)
        : base(OneLine.Of(message), inner)
    {
    }

    /// <summary>True where a process ended or fell silent in the midst; false where the launch itself is wrong.</summary>
    public bool IsLoss { get; init; }
}
