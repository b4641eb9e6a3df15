// Exported C, compiled by this machine's gcc: warnings are errors, and the sanitizers stop at what C leaves undefined.
using System.Diagnostics;
using System.Globalization;

namespace NativeCnn.Tests.Support;

/// <summary>The gcc of this machine.</summary>
internal static class Gcc
{
    private static readonly string[] Strict = ["-O2", "-Wall", "-Wextra", "-Werror", "-std=c99", "-pedantic"];

    private static readonly Lazy<bool> IsInstalled = new(() =>
    {
        try
        {
            return Run("gcc", ["--version"], ".").Status == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    /// <summary>Whether there is one.</summary>
    public static bool IsThere => IsInstalled.Value;

    /// <summary>Skips a test where there is no gcc; CI installs one, and counts what is skipped.</summary>
    public static void Required() => Skip.IfNot(IsInstalled.Value, "no gcc on the PATH");

    /// <summary>Compiles every .c of a folder to a program there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="sanitized">Whether it stops at accesses outside of arrays and at undefined arithmetic.</param>
    /// <returns>The program.</returns>
    public static string Compile(string folder, bool sanitized = true)
    {
        string program = Path.Combine(folder, "program");
        string[] sanitizers = sanitized ? ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"] : [];
        (int status, _, string errors) = Run(
            "gcc",
            [
                .. Strict, .. sanitizers, .. Directory.GetFiles(folder, "*.c").Order(StringComparer.Ordinal), "-lm",
                "-o", program,
            ],
            folder);
        Assert.True(status == 0, $"gcc: {errors[..Math.Min(errors.Length, 2000)]}");
        return program;
    }

    /// <summary>Compiles a file to a library that this process can load.</summary>
    /// <param name="source">The .c file.</param>
    /// <param name="library">The library.</param>
    public static void CompileLibrary(string source, string library)
    {
        (int status, _, string errors) = Run(
            "gcc",
            ["-O1", "-Wall", "-Wextra", "-Werror", "-std=gnu11", "-shared", "-fPIC", "-pthread", source, "-o", library],
            Path.GetDirectoryName(library)!);
        Assert.True(status == 0, $"gcc: {errors[..Math.Min(errors.Length, 2000)]}");
    }

    /// <summary>Runs a program: its exit status and what it printed.</summary>
    public static (int Status, string Output, string Errors) Run(
        string program, IReadOnlyList<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    /// <summary>The numbers of a line that begins with a name, between tabs or spaces.</summary>
    public static float[] Numbers(string line) =>
    [
        .. line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(word => float.Parse(word, CultureInfo.InvariantCulture)),
    ];
}
