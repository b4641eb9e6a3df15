// From a line of PTX to the line of C# that it came from. ILGPU 1.5.3 writes both side by side, but only where a
// debugger is attached: its builder sets the mode back, so the mode is put into the builder behind its back. The
// annotated text holds the same instructions, and the two are compared before anything is said.
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace NativeCnn.Engine.Kernels;

/// <summary>Finds the C# of a kernel's PTX.</summary>
public static partial class KernelSource
{
    private const string Mode = "DebugSymbolsMode";

    /// <summary>For each line of the text, from 1, where it came from.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="ptx">What <see cref="KernelCompiler.ToPtx(PortableKernel, string)"/> wrote of it.</param>
    /// <param name="missing">Why there is none, where there is none; else null.</param>
    public static IReadOnlyDictionary<int, SourcePlace> Of(PortableKernel kernel, string ptx, out string? missing)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(ptx);
        string[] annotated = Annotated(kernel).Split('\n');
        Dictionary<int, SourcePlace> places = Of(ptx, annotated, out missing);
        if (missing is null && places.Count == 0)
        {
            string symbols = Path.ChangeExtension(kernel.Method.Module.FullyQualifiedName, ".pdb");
            missing = File.Exists(symbols)
                ? $"ILGPU did not read {symbols}"
                : $"the program has no symbols beside it ({Path.GetFileName(symbols)})";
        }

        return places;
    }

    private static Dictionary<int, SourcePlace> Of(string ptx, string[] annotated, out string? missing)
    {
        missing = null;
        Dictionary<string, string> files = annotated.Select(line => FileLine().Match(line))
            .Where(match => match.Success)
            .ToDictionary(match => match.Groups[1].Value, match => Path.GetFileName(match.Groups[2].Value));
        (int Line, string Text)[] plain =
        [
            .. ptx.Split('\n').Select((line, i) => (i + 1, line.Trim())).Where(one => IsStatement(one.Item2)),
        ];
        Dictionary<int, SourcePlace> places = [];
        SourcePlace? place = null;
        int at = 0;
        foreach (string line in annotated.Select(line => line.Trim()))
        {
            if (Location().Match(line) is { Success: true } location)
            {
                int number = int.Parse(location.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
                place = new SourcePlace(files.GetValueOrDefault(location.Groups[1].Value, ""), number, "");
            }
            else if (line.StartsWith("// ", StringComparison.Ordinal) && place is { Text: "" })
            {
                place = place with { Text = line[3..].Trim() };
            }
            else if (IsStatement(line))
            {
                if (at == plain.Length || NameOf(plain[at].Text) != NameOf(line))
                {
                    missing = $"compiled once more, it has '{line}' in place of " +
                        $"{(at == plain.Length ? "its end" : $"line {plain[at].Line}, '{plain[at].Text}'")}";
                    return [];
                }

                if (place is not null)
                {
                    places[plain[at].Line] = place;
                }

                at++;
            }
        }

        if (at < plain.Length)
        {
            missing = $"compiled once more, it ends before line {plain[at].Line}, '{plain[at].Text}'";
            return [];
        }

        return places;
    }

    private static string Annotated(PortableKernel kernel)
    {
        PropertyInfo mode = typeof(ContextProperties).GetProperty(Mode)!;
        using Context context =
            KernelContext.Create(builder => mode.SetValue(builder, DebugSymbolsMode.KernelSourceAnnotations));
        using var backend = new PTXBackend(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_78, null!);
        return ((PTXCompiledKernel)backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method),
            LaunchBoundsAttribute.Of(kernel.Method))).PTXAssembly;
    }

    /// <summary>An instruction: it has a semicolon and is no directive.</summary>
    private static bool IsStatement(string line) => line.EndsWith(';') && line[0] is not ('.' or '/');

    /// <summary>What an instruction is called, without its predicate and operands.</summary>
    private static string NameOf(string line)
    {
        string[] words = line.Split([' ', '\t', ';'], StringSplitOptions.RemoveEmptyEntries);
        return words.FirstOrDefault(word => word[0] != '@') ?? "";
    }

    [GeneratedRegex("^\\s*\\.file\\s+(\\d+)\\s+\"(.*)\"")]
    private static partial Regex FileLine();

    [GeneratedRegex(@"^\.loc\s+(\d+)\s+(\d+)")]
    private static partial Regex Location();
}
