// Why a data set could not be fetched: a line that says what, where and what to do.

using NativeCnn.Engine.Messages;

namespace NativeCnn.Tools.Fetch;

/// <summary>A data set could not be fetched. The message is one line, fit to be printed as it is.</summary>
public sealed class FetchException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public FetchException()
    {
    }

    /// <summary>Creates the error.</summary>
    /// <param name="message">One line: what, where and what to do.</param>
    public FetchException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    /// <param name="message">One line: what, where and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public FetchException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }

    /// <summary>What the system says when it cannot write, as advice.</summary>
    internal static FetchException OfDisk(string path, Exception error) => new(
        IsDiskFull(error)
            ? $"the disk of '{path}' is full; make room and give the same command again, what was loaded is kept"
            : $"'{path}' cannot be written: {error.Message.ReplaceLineEndings(" ")}",
        error);

    // ENOSPC and EDQUOT of POSIX; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static bool IsDiskFull(Exception error) => OperatingSystem.IsWindows()
        ? (error.HResult & 0xFFFF) is 112 or 39
        : error.HResult is 28 or 122;
}
