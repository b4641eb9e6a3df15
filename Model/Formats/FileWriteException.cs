// A file that cannot be written, in one sentence: which, why, and what to do. .NET's own names the temporary file beside
// it, and says nothing of what to do.
namespace NativeCnn.Model.Formats;

/// <summary>A file cannot be written: the disk is full, the file system read-only, the folder closed to this user.</summary>
public sealed class FileWriteException : IOException
{
    // What Linux and macOS number alike, and Windows' codes as HRESULTs.
    private const int TooLarge = 27;
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int QuotaOnMac = 69;
    private const int QuotaOnLinux = 122;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullOnWindows = unchecked((int)0x80070027);
    private const int WriteProtectedOnWindows = unchecked((int)0x80070013);

    /// <summary>Creates the error with a plain message.</summary>
    public FileWriteException()
        : base("a file cannot be written")
    {
    }

    /// <summary>Creates the error.</summary>
    public FileWriteException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    public FileWriteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>True where there was no room: the same command may work later.</summary>
    public bool IsFull { get; private init; }

    /// <summary>
    /// The error of a write, told of the file that was meant; null where it says something else than that the file
    /// cannot be written.
    /// </summary>
    /// <param name="path">The file that was to be written, by its own name.</param>
    /// <param name="error">What the system said.</param>
    public static FileWriteException? Of(string path, Exception error) => Named($"'{path}'", error);

    /// <summary>The same of what has no path.</summary>
    /// <param name="target">What was to be written: <c>standard output</c>.</param>
    /// <param name="error">What the system said.</param>
    public static FileWriteException? Named(string target, Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        (string Why, bool IsFull)? told = error switch
        {
            FileWriteException => null,
            UnauthorizedAccessException => ("this user may not write there", false),
            // What .NET makes of EFBIG.
            ArgumentOutOfRangeException { ParamName: "value" } => ("no file may become so large here (ulimit -f)", true),
            IOException => error.HResult switch
            {
                NoSpace or DiskFullOnWindows or HandleDiskFullOnWindows => ("no space left on its disk", true),
                QuotaOnLinux or QuotaOnMac => ("the disk quota is used up", true),
                TooLarge => ("no file may become so large here (ulimit -f)", true),
                ReadOnly or WriteProtectedOnWindows => ("its file system is read-only", false),
                _ => null,
            },
            _ => null,
        };
        return told is not { } reason ? null
            : new FileWriteException(
                $"cannot write {target}: {reason.Why}; "
                + (reason.IsFull ? "make room and repeat the command, or " : "") + "write to another place",
                error)
            {
                IsFull = reason.IsFull,
            };
    }
}
