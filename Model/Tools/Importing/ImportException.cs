using NativeCnn.Engine.Messages;

namespace NativeCnn.Tools.Importing;

/// <summary>Weights of another program cannot be taken; the message says which and what to do.</summary>
public sealed class ImportException : Exception
{
    /// <summary>An error with a message.</summary>
    public ImportException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>An error with its cause.</summary>
    public ImportException(string message, Exception inner)
        : base(OneLine.Of(message), inner)
    {
    }
}
