// PyTorch, where a machine has it: NATIVECNN_PYTORCH names a program that is Python with torch, such as the one that
// .ci/pytorch.sh makes.
using System.Diagnostics;

namespace NativeCnn.Tests.Support;

/// <summary>The PyTorch of this machine, and a plain Python.</summary>
internal static class PyTorch
{
    private static string? Program => Environment.GetEnvironmentVariable("NATIVECNN_PYTORCH");

    /// <summary>Skips a test where there is none; .ci/pytorch.sh runs them all.</summary>
    public static void Required() => Skip.If(
        string.IsNullOrEmpty(Program), "NATIVECNN_PYTORCH names no Python with torch (.ci/pytorch.sh makes one)");

    /// <summary>Runs a script in a folder and gives what it printed.</summary>
    public static string[] Run(string folder, string script, params string[] arguments)
    {
        string path = Path.Combine(folder, "script.py");
        File.WriteAllText(path, script);
        return Start(Program!, folder, [path, .. arguments]);
    }

    /// <summary>Runs a page in its folder and gives what it printed.</summary>
    public static string[] RunPage(string folder, params string[] arguments) =>
        Start(Program!, folder, ["model.py", .. arguments]);

    /// <summary>Compiles pages with any Python; skips the test where there is none.</summary>
    public static void Compile(IEnumerable<string> pages)
    {
        try
        {
            Start("python3", ".", ["-m", "py_compile", .. pages]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip.If(true, "no python3 on the PATH");
        }
    }

    private static string[] Start(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} failed: {errors.Result}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
