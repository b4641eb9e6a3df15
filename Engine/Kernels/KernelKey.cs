// What the PTX of a kernel depends on: the code of its method and of all that it may call, the compiler, and the
// target. Code is told by module version ids, which a deterministic compiler makes of what it compiled: another
// program, or the same one changed in any line, has others.
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using ILGPU.Runtime.Cuda;

namespace NativeCnn.Engine.Kernels;

/// <summary>Keys of compiled kernels.</summary>
internal static class KernelKey
{
    // What has these names comes with .NET, whose version is in the key.
    private static readonly string[] Framework = ["System", "Microsoft", "mscorlib", "netstandard", "WindowsBase"];

    private static readonly ConcurrentDictionary<Assembly, string> Modules = new();

    /// <summary>
    /// The key of a kernel's PTX, in one line; null where its code has no version: it was made at run time.
    /// </summary>
    /// <param name="method">The kernel.</param>
    /// <param name="architecture">The GPU.</param>
    /// <param name="instructionSet">The version of PTX.</param>
    public static string? OfPtx(MethodInfo method, CudaArchitecture architecture, CudaInstructionSet instructionSet)
    {
        Assembly[] own = [.. AssembliesOf(method).Distinct()];
        if (own.Any(one => one.IsDynamic))
        {
            return null;
        }

        string modules = string.Join(' ', own.Select(one => Modules.GetOrAdd(one, Closure)));
        return $"PTX of {method.DeclaringType}.{method.Name}({method.GetParameters()[0].ParameterType}) " +
            $"{architecture} {instructionSet} O2 .NET {Environment.Version} {modules}";
    }

    private static IEnumerable<Assembly> AssembliesOf(MethodInfo method) =>
        Types(method.DeclaringType!).Concat(Types(method.GetParameters()[0].ParameterType))
            .Select(type => type.Assembly);

    private static IEnumerable<Type> Types(Type type) => type.IsGenericType
        ? type.GetGenericArguments().SelectMany(Types).Prepend(type)
        : [type];

    // A kernel may call what its assembly refers to, and what that refers to.
    private static string Closure(Assembly first)
    {
        SortedDictionary<string, string> found = new(StringComparer.Ordinal);
        Queue<Assembly> open = new([first]);
        while (open.TryDequeue(out Assembly? one))
        {
            if (!found.TryAdd(one.GetName().Name!, $"{one.ManifestModule.ModuleVersionId:N}"))
            {
                continue;
            }

            foreach (AssemblyName name in one.GetReferencedAssemblies().Where(name => !IsFramework(name)))
            {
                if (Load(one, name) is { } referred)
                {
                    open.Enqueue(referred);
                }
                else
                {
                    found.TryAdd(name.Name!, "missing");
                }
            }
        }

        return string.Join(' ', found.Select(one => $"{one.Key} {one.Value}"));
    }

    private static bool IsFramework(AssemblyName name) => Framework.Any(one =>
        name.Name == one || name.Name!.StartsWith(one + ".", StringComparison.Ordinal));

    // What is not there cannot be called.
    private static Assembly? Load(Assembly by, AssemblyName name)
    {
        try
        {
            return (AssemblyLoadContext.GetLoadContext(by) ?? AssemblyLoadContext.Default).LoadFromAssemblyName(name);
        }
        catch (Exception error) when (error is IOException or BadImageFormatException)
        {
            return null;
        }
    }
}
