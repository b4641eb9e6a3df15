// Compiles a file of C# in this process, with Microsoft.CodeAnalysis, so that no SDK is needed. It may use .NET's own
// types and ILGPU's.
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace NativeCnn.Tools.Puzzles;

/// <summary>Makes an assembly of a puzzle's file.</summary>
internal static class PuzzleCompiler
{
    private static readonly string[] Needed = ["System.Private.CoreLib", "System.Runtime", "ILGPU"];

    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release);

    private static readonly Lazy<MetadataReference[]> References = new(FindReferences);

    private static int count;

    /// <summary>The assembly, loaded; or what the compiler says.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="source">What is in it.</param>
    /// <exception cref="PuzzleException">The program does not lie in files of its own here.</exception>
    public static (Assembly? Assembly, IReadOnlyList<string> Errors) Compile(string path, string source)
    {
        // Two assemblies of a name cannot be loaded.
        string name = $"NativeCnn.Puzzle{Interlocked.Increment(ref count)}";
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest), path);
        var compilation = CSharpCompilation.Create(name, [tree], References.Value, Options);
        using var image = new MemoryStream();
        EmitResult made = compilation.Emit(image);
        if (!made.Success)
        {
            return (null, Errors(made.Diagnostics));
        }

        image.Position = 0;
        return (AssemblyLoadContext.Default.LoadFromStream(image), []);
    }

    private static string[] Errors(ImmutableArray<Diagnostic> diagnostics) =>
    [
        .. diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error).Select(one =>
        {
            FileLinePositionSpan span = one.Location.GetLineSpan();
            (int line, int column) = (span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1);
            return $"{span.Path}({line},{column}): {one.Id}: {one.GetMessage(CultureInfo.InvariantCulture)}";
        }),
    ];

    private static MetadataReference[] FindReferences()
    {
        string[] all = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator);
        return
        [
            .. Needed.Select(name => MetadataReference.CreateFromFile(
                all.FirstOrDefault(path => Path.GetFileNameWithoutExtension(path) == name) ?? throw new PuzzleException(
                    $"nothing can be compiled here: {name} does not lie in a file beside the program; run it by " +
                    "`dotnet run`, or as it was published"))),
        ];
    }
}
