// The real program as a process: signals, limits and exit codes are between it and the system.
using System.Diagnostics;
using System.Globalization;

namespace NativeCnn.Tests.Cli;

/// <summary>What a process came to.</summary>
internal sealed record ProcessRun(int ExitCode, string Output, string Error)
{
    // The shell that tests start has SIGINT as it should be, whatever the tests themselves have.
    private static string Program => Path.Combine(AppContext.BaseDirectory, "nativecnn.dll");

    /// <summary>Whether it can be started here: by the `dotnet` of this process, on a system with signals.</summary>
    public static bool IsPossible => OperatingSystem.IsLinux() && File.Exists(Program) && Host is not null;

    /// <summary>The program, as a shell is to be told.</summary>
    public static string ShellCommand => $"'{Host}' '{Program}'";

    private static string? Host =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path
        : Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root && File.Exists(Path.Combine(root, "dotnet"))
            ? Path.Combine(root, "dotnet")
        : null;

    /// <summary>Runs a command below some limits of the shell, to its end.</summary>
    public static ProcessRun Below(string limits, params string[] arguments)
    {
        using Process process = Start(limits, arguments);
        return End(process);
    }

    /// <summary>Starts a command, waits until it has said or written something, interrupts it, and waits for its end.
    /// </summary>
    /// <param name="isBusy">Whether it has come to where it is to be interrupted; asked with what it has said.</param>
    /// <param name="arguments">The command.</param>
    public static (ProcessRun Run, TimeSpan Took) Interrupted(Func<string, bool> isBusy, params string[] arguments)
    {
        using Process process = Start("true", arguments);
        var said = new System.Text.StringBuilder();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var waiting = Stopwatch.StartNew();
        while (!isBusy(Said()) && !process.HasExited)
        {
            Assert.True(waiting.Elapsed.TotalSeconds < 60, $"it is not busy after a minute: {Said()}");
            Thread.Sleep(20);
        }

        Assert.False(process.HasExited, $"it ended before it was interrupted: {Said()}");
        var ending = Stopwatch.StartNew();
        using (Process kill = System.Diagnostics.Process.Start(
            "kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }

        Assert.True(process.WaitForExit(30_000), $"it does not end: {Said()}");
        TimeSpan took = ending.Elapsed;
        process.WaitForExit();
        return (new ProcessRun(process.ExitCode, Said(), Said()), took);

        void Keep(string? line)
        {
            lock (said)
            {
                said.Append(line).Append('\n');
            }
        }

        string Said()
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    // `exec`: the process is the program itself, and gets the signal.
    private static Process Start(string limits, string[] arguments) => System.Diagnostics.Process.Start(
        new ProcessStartInfo("sh", ["-c", $"{limits}; exec \"$0\" \"$@\"", Host!, Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static ProcessRun End(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ProcessRun(process.ExitCode, output, error.Result);
    }
}
