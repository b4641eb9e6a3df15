// The one error of this folder: a data set that is not there, or is not what was asked for.

using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Data;

/// <summary>
/// A data set that cannot be used as it stands. The message is one line that says what, where and what to do, fit to be
/// printed as it is.
/// </summary>
public sealed class DataSetException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public DataSetException()
    {
    }

    /// <summary>Creates the error.</summary>
    /// <param name="message">One line: what, where and what to do.</param>
    public DataSetException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    /// <param name="message">One line: what, where and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DataSetException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
