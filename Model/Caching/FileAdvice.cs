using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NativeCnn.Model.Caching;

/// <summary>What .NET has no call for: telling Linux which part of a file is read soon (posix_fadvise).</summary>
internal static partial class FileAdvice
{
    private const int WillNeedAdvice = 3;

    /// <summary>Begins to fetch a part of a file; returns at once. Elsewhere than on Linux it does nothing.</summary>
    public static void WillNeed(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            // Advice: whether it is taken makes no difference to what is read.
            _ = Advise(file, offset, length, WillNeedAdvice);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
