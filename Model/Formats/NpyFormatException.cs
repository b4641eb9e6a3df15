// A file that is not .npy, or holds what is not read here.

using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Formats;

/// <summary>A .npy file that cannot be read; the message says what is wrong and where.</summary>
public sealed class NpyFormatException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public NpyFormatException()
    {
    }

    /// <summary>Creates the error.</summary>
    /// <param name="message">One line: the file, what was expected and what came.</param>
    public NpyFormatException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    /// <param name="message">One line: the file, what was expected and what came.</param>
    /// <param name="innerException">The cause.</param>
    public NpyFormatException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
