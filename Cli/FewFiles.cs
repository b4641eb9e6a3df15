// Where a process may open too few files (`ulimit -n`), .NET cannot load what the program consists of, at whatever place
// it comes to: this is looked at first. .NET raises the limit by itself as far as it may.
using System.Globalization;

namespace NativeCnn.Cli;

internal static class FewFiles
{
    // Two for each assembly that is loaded, and what the system, the streams and the cache take.
    private const int ForTheProgram = 128;

    // Each core reads a file, and may run an ffmpeg.
    private const int ForACore = 4;

    private const string Limits = "/proc/self/limits";

    /// <summary>The line for a process that may open too few files; null where it may open enough.</summary>
    public static string? Complaint() => OperatingSystem.IsLinux() && File.Exists(Limits)
        ? Complaint(File.ReadLines(Limits), Environment.ProcessorCount)
        : null;

    /// <summary>The same for what the system says and a number of cores.</summary>
    internal static string? Complaint(IEnumerable<string> limits, int cores)
    {
        int needed = ForTheProgram + (ForACore * cores);
        string[] words = limits.FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            ?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length > 3 && int.TryParse(words[3], CultureInfo.InvariantCulture, out int limit) && limit < needed
            ? $"this process may open {limit} files, {needed} are needed: raise the limit, as with `ulimit -n 1024`"
            : null;
    }
}
