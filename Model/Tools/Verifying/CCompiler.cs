using System.ComponentModel;
using System.Diagnostics;
using NativeCnn.Model.Runs;

namespace NativeCnn.Tools.Verifying;

/// <summary>The C compiler of this machine.</summary>
internal static class CCompiler
{
    private const int MostSeconds = 120;
    private static readonly string[] Usual = ["cc", "gcc", "clang"];

    /// <summary>Its name: that of the variable CC, or the first of cc, gcc and clang that there is.</summary>
    /// <param name="named">What the variable CC names; null or empty where it names none.</param>
    /// <exception cref="RunException">There is none.</exception>
    public static string Find(string? named)
    {
        IEnumerable<string> candidates = string.IsNullOrWhiteSpace(named) ? Usual : [named];
        return candidates.FirstOrDefault(IsThere) ?? throw new RunException(
            $"there is no C compiler to run an export with ({string.Join(", ", candidates)}): install one, or name " +
            "it by the variable CC");
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit status, and what it said of errors.</returns>
    /// <exception cref="RunException">It takes longer than two minutes.</exception>
    public static (int Status, string Errors) Run(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        using CancellationTokenRegistration stop = cancellation.Register(() => process.Kill(entireProcessTree: true));
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        if (!process.WaitForExit(TimeSpan.FromSeconds(MostSeconds)))
        {
            process.Kill(entireProcessTree: true);
            throw new RunException($"'{program}' was stopped after {MostSeconds} s");
        }

        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        _ = output.Result;
        return (process.ExitCode, errors.Result);
    }

    private static bool IsThere(string name)
    {
        try
        {
            return Run(name, ["--version"], CancellationToken.None).Status == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
