// Where a process may open too few files (`ulimit -n`), .NET cannot load what the program consists of, and says so as it
// can: a type that was not initialised, an assembly that is not there.
namespace NativeCnn.Cli;

internal static class FewFiles
{
    /// <summary>The line for it. Below some 80 the runtime itself does not start.</summary>
    public const string Message =
        "error: no more files may be opened by this process: raise the limit, for example with `ulimit -n 1024`";

    // A file or two are needed to tell anything else.
    private const int Needed = 3;

    /// <summary>Whether the process has come to its limit.</summary>
    public static bool AreLeft()
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        var opened = new Microsoft.Win32.SafeHandles.SafeFileHandle?[Needed];
        try
        {
            for (int i = 0; i < Needed; i++)
            {
                opened[i] = File.OpenHandle("/dev/null");
            }

            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
        }
        finally
        {
            foreach (Microsoft.Win32.SafeHandles.SafeFileHandle? one in opened)
            {
                one?.Dispose();
            }
        }
    }
}
