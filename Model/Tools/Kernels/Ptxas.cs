// What a kernel takes of an NVIDIA GPU, as NVIDIA's assembler says. It needs no GPU and comes with every CUDA toolkit.
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NativeCnn.Tools.Kernels;

/// <summary>NVIDIA's assembler <c>ptxas</c>.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="path">The program.</param>
public sealed partial class Ptxas(string path)
{
    /// <summary>The environment variable that names the program.</summary>
    public const string Variable = "NATIVECNN_PTXAS";

    /// <summary>The program that <c>NATIVECNN_PTXAS</c> names, else the first on the <c>PATH</c>, else null.</summary>
    public static Ptxas? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return new Ptxas(named);
        }

        string program = OperatingSystem.IsWindows() ? "ptxas.exe" : "ptxas";
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .Where(File.Exists)
            .Select(found => new Ptxas(found))
            .FirstOrDefault();
    }

    /// <summary>Assembles a kernel and says what it takes.</summary>
    /// <param name="ptx">PTX with one entry.</param>
    /// <param name="architecture">The GPU, <c>sm_90</c>.</param>
    /// <exception cref="PtxasException">It does not assemble, or the program cannot be run.</exception>
    public KernelResources Assemble(string ptx, string architecture) =>
        Assembled(ptx, architecture, (log, _) => Parse(log));

    /// <summary>
    /// The machine code of a kernel, as NVIDIA's <c>nvdisasm</c> writes it; null where that does not lie beside ptxas.
    /// </summary>
    /// <param name="ptx">PTX with one entry.</param>
    /// <param name="architecture">The GPU, <c>sm_90</c>.</param>
    /// <exception cref="PtxasException">It does not assemble, or a program cannot be run.</exception>
    public string? MachineCode(string ptx, string architecture)
    {
        string disassembler = Path.Combine(
            Path.GetDirectoryName(path) ?? "", OperatingSystem.IsWindows() ? "nvdisasm.exe" : "nvdisasm");
        return !File.Exists(disassembler) ? null
            : Assembled(ptx, architecture, (_, cubin) => Run(disassembler, "-c", cubin));
    }

    /// <summary>What is made of the log and the assembled file, before that is deleted.</summary>
    private T Assembled<T>(string ptx, string architecture, Func<string, string, T> use)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("nativecnn-ptxas-");
        try
        {
            string source = Path.Combine(folder.FullName, "kernel.ptx");
            string cubin = Path.Combine(folder.FullName, "kernel.cubin");
            File.WriteAllText(source, ptx);
            return use(Run(path, "-v", $"-arch={architecture}", "-o", cubin, source), cubin);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Reads what <c>ptxas -v</c> prints. Functions that were not inlined have lines of their own.</summary>
    /// <exception cref="PtxasException">The lines on registers and stack are missing.</exception>
    internal static KernelResources Parse(string log)
    {
        MatchCollection frames = Frame().Matches(log);
        MatchCollection uses = Use().Matches(log);
        if (frames.Count == 0 || uses.Count == 0)
        {
            throw new PtxasException($"ptxas -v said nothing of registers or stack: {log.Trim()}");
        }

        return new KernelResources(
            uses.Max(use => Number(use.Groups["registers"])),
            SharedMemory().Matches(log).Select(use => Number(use.Groups[1])).DefaultIfEmpty().Max(),
            frames.Max(frame => Number(frame.Groups["stack"])),
            frames.Sum(frame => Number(frame.Groups["stores"]) + Number(frame.Groups["loads"])));
    }

    private static string Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string log = process.StandardError.ReadToEnd() + output.Result;
            process.WaitForExit();
            return process.ExitCode == 0
                ? log
                : throw new PtxasException($"{program} does not assemble the kernel: {log.Trim()}");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new PtxasException(
                $"'{program}' cannot be run ({error.Message}); name a CUDA toolkit's ptxas in {Variable}", error);
        }
    }

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"(?<stack>\d+) bytes stack frame, (?<stores>\d+) bytes spill stores, (?<loads>\d+) bytes spill loads")]
    private static partial Regex Frame();

    [GeneratedRegex(@"Used (?<registers>\d+) registers")]
    private static partial Regex Use();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex SharedMemory();
}
