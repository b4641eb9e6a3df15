using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Exports;

/// <summary>A network or its features cannot be written for another program; the message says why.</summary>
public sealed class ExportException : Exception
{
    /// <summary>An error with a message.</summary>
    public ExportException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>An error with its cause.</summary>
    public ExportException(string message, Exception inner)
        : base(OneLine.Of(message), inner)
    {
    }
}
