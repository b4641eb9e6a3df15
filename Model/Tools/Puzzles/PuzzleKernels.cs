using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Ptx;
using NativeCnn.Engine.Ptx.Counting;

namespace NativeCnn.Tools.Puzzles;

/// <summary>The kernels of a file, launched by name on a device that executes and counts PTX.</summary>
internal sealed class PuzzleKernels(Assembly assembly, PtxCensus census)
{
    private const int GroupSize = 64;

    /// <summary>The device; set before the first launch.</summary>
    public ComputeDevice? Device { get; set; }

    /// <summary>Launches a kernel that strides over so many elements.</summary>
    public void LaunchOver(string name, int count, Dictionary<string, object> arguments) =>
        Launch(name, Math.Min(4, (count + GroupSize - 1) / GroupSize), GroupSize, arguments);

    /// <summary>Launches a kernel, its arguments given by the names of its struct's constructor.</summary>
    /// <exception cref="PuzzleException">There is no such kernel, or it takes something else.</exception>
    /// <exception cref="KernelFaultException">It did what it must not.</exception>
    public void Launch(string name, int groups, int threads, Dictionary<string, object> arguments)
    {
        MethodInfo method = assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .FirstOrDefault(one => one.Name == name && KernelCatalog.IsKernel(one)) ?? throw new PuzzleException(
                $"the file has no public static method {name} that takes one struct of views: keep its name, or " +
                "start again with --again");
        census.Mode = PtxCensusMode.Count;
        Device!.Machine!.Launch(
            PtxKernel.Of(method), new KernelConfig(new Index3D(groups, 1, 1), new Index3D(threads, 1, 1)),
            Bound(method.GetParameters()[0].ParameterType, arguments));
        census.Mode = PtxCensusMode.Run;
    }

    private static object Bound(Type type, Dictionary<string, object> arguments)
    {
        ConstructorInfo? constructor = type.GetConstructors().FirstOrDefault(one =>
            one.GetParameters().Length > 0 && one.GetParameters().All(parameter =>
                arguments.GetValueOrDefault(parameter.Name!)?.GetType() == parameter.ParameterType));
        return constructor?.Invoke([.. constructor.GetParameters().Select(one => arguments[one.Name!])]) ??
            throw new PuzzleException(
                $"{type.Name} is made of something else than it was; it may take " +
                string.Join(", ", arguments.Select(one => $"{one.Key} ({NameOf(one.Value.GetType())})")));
    }

    private static string NameOf(Type type) => type == typeof(int) ? "int" : type == typeof(float) ? "float"
        : "ArrayView<float>";
}
