// A file that is not safetensors, or is a damaged one.

using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Formats;

/// <summary>A safetensors file that cannot be read or written; the message says what is wrong and where.</summary>
public sealed class SafeTensorsException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public SafeTensorsException()
    {
    }

    /// <summary>Creates the error.</summary>
    /// <param name="message">One line: the file, the tensor, what was expected and what came.</param>
    public SafeTensorsException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    /// <param name="message">One line: the file, the tensor, what was expected and what came.</param>
    /// <param name="innerException">The cause.</param>
    public SafeTensorsException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
