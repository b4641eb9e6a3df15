using NativeCnn.Engine.Devices;
using NativeCnn.Model.Formats;

namespace NativeCnn.Cli.Commands;

/// <summary>Whose fault an error is.</summary>
internal static class JobErrors
{
    /// <summary>
    /// Whether an error would come again on any machine. A full disk, a device that is not there or a machine without
    /// memory ends the worker, and the job goes back.
    /// </summary>
    public static bool IsOfTheJob(Exception error) => error switch
    {
        DeviceMemoryException => true,
        DeviceException or FileWriteException or OutOfMemoryException => false,
        IOException => error is FileNotFoundException or DirectoryNotFoundException,
        AggregateException { InnerException: { } inner } => IsOfTheJob(inner),
        _ => true,
    };
}
