using System.Diagnostics;
using NativeCnn.Cli;

namespace NativeCnn.Tests.Faults;

/// <summary>
/// The command in a process of its own, by a shell that first does to it what a test wants: closes its streams, lowers
/// its limits, takes its environment.
/// </summary>
internal sealed record CommandProcess(int ExitCode, string Output, string Error)
{
    private static readonly string Program = Path.ChangeExtension(typeof(CommandLine).Assembly.Location, ".dll");

    private static readonly string? Host = FindHost();

    /// <summary>The lines of <see cref="Error"/> that are no warnings.</summary>
    public string[] Complaints =>
    [
        .. Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("warning: ", StringComparison.Ordinal)),
    ];

    /// <summary>Runs a line of <c>sh</c>, in which <c>nativecnn</c> is the command.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="line">The line.</param>
    /// <param name="environment">Variables; null takes one away.</param>
    public static CommandProcess Run(
        string folder, string line, params IEnumerable<(string Name, string? Value)> environment)
    {
        Skip.If(OperatingSystem.IsWindows(), "the test needs a POSIX shell");
        Skip.If(Host is null || !File.Exists(Program), "the test needs dotnet and nativecnn.dll as a program");
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "-c", $"nativecnn() {{ '{Host}' '{Program}' \"$@\"; }}\n{line}" },
        };
        // The runtime's own files are limited by `ulimit -f` too, where it maps its code twice.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["NATIVECNN_CACHE"] = "off";
        start.Environment["NATIVECNN_KERNEL_CACHE"] = "off";
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CommandProcess(process.ExitCode, output, error.Result);
    }

    private static string? FindHost()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }
}
