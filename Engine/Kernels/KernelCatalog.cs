// Every portable kernel of an assembly, found by its shape, so that none has to be entered anywhere: a static method,
// not private and not generic, that returns nothing and takes one struct of ours with views in it. ComputeDevice.Load
// takes nothing else, so what a device can launch is here: compiled by the tests, assembled by .ci/ptxas.sh.
// The kernels of a generic class are listed for each struct of the assembly that its constraint allows, by the name of
// the struct: ActivationKernels<Relu>.Forward is relu.forward, SoftmaxKernels<LogSoftmaxForm>.Forward is
// log-softmax.forward.
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using ILGPU;

namespace NativeCnn.Engine.Kernels;

/// <summary>Lists the portable kernels of assemblies.</summary>
public static class KernelCatalog
{
    private const BindingFlags Declared =
        BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The kernels of <paramref name="assemblies"/>, by name.</summary>
    /// <exception cref="InvalidOperationException">Two kernels would have the same name.</exception>
    public static IReadOnlyList<PortableKernel> Of(params Assembly[] assemblies)
    {
        ArgumentNullException.ThrowIfNull(assemblies);
        PortableKernel[] kernels =
        [
            .. assemblies.SelectMany(KernelsOf).OrderBy(kernel => kernel.Name, StringComparer.Ordinal),
        ];
        foreach ((PortableKernel one, PortableKernel next) in kernels.Zip(kernels.Skip(1)))
        {
            if (one.Name == next.Name)
            {
                throw new InvalidOperationException(
                    $"{one.MethodName} and {next.MethodName} would both be the kernel '{one.Name}'; rename one");
            }
        }

        return kernels;
    }

    /// <summary>True for a method that the catalogue of its assembly lists.</summary>
    public static bool IsKernel(MethodInfo method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method is { IsStatic: true, IsPrivate: false, IsGenericMethod: false } &&
            method.DeclaringType is { ContainsGenericParameters: false } &&
            method.ReturnType == typeof(void) &&
            method.GetParameters() is [{ ParameterType: Type arguments }] &&
            arguments.Assembly != typeof(ArrayView<>).Assembly &&
            HoldsViews(arguments);
    }

    /// <summary>True for a type that code in the assembly of ILGPU's launchers can name.</summary>
    internal static bool IsSeenByRuntime(Type type)
    {
        bool seesInternals = type.Assembly.GetCustomAttributes<InternalsVisibleToAttribute>()
            .Any(one => one.AssemblyName.Split(',')[0].Trim() == "ILGPURuntime");
        for (Type? one = type; one is not null; one = one.DeclaringType)
        {
            bool isInternal = one.IsNested ? one.IsNestedAssembly || one.IsNestedFamORAssem : one.IsNotPublic;
            if (!one.IsPublic && !one.IsNestedPublic && !(isInternal && seesInternals))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The kernels of one assembly, in no order.</summary>
    internal static IEnumerable<PortableKernel> KernelsOf(Assembly assembly) => assembly.GetTypes()
        .SelectMany(type => Closed(type, assembly))
        .SelectMany(type => type.GetMethods(Declared))
        .Where(IsKernel)
        .Select(Describe);

    /// <summary><c>ActivationKernels&lt;Relu&gt;</c>, as the source has it.</summary>
    internal static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;

    /// <summary>
    /// A type itself; for a generic one of one parameter, the type for each struct of the assembly that it takes.
    /// </summary>
    private static IEnumerable<Type> Closed(Type type, Assembly assembly)
    {
        if (!type.IsGenericTypeDefinition)
        {
            return [type];
        }

        return type.IsNested || type.GetGenericArguments() is not [{ } parameter] || !type.IsAbstract || !type.IsSealed
            ? []
            : assembly.GetTypes()
                .Where(one => one is { IsValueType: true, IsGenericTypeDefinition: false } &&
                    parameter.GetGenericParameterConstraints().Any(constraint =>
                        constraint.IsInterface && Implements(one, constraint)))
                .Select(one => type.MakeGenericType(one));
    }

    private static bool Implements(Type one, Type constraint) => one.GetInterfaces().Any(face =>
        constraint.IsGenericType
        ? face.IsGenericType && face.GetGenericTypeDefinition() == constraint.GetGenericTypeDefinition()
        : face == constraint);

    /// <summary>What the catalogue says of a kernel.</summary>
    /// <param name="method">A method for which <see cref="IsKernel"/> holds.</param>
    internal static PortableKernel Describe(MethodInfo method)
    {
        Type type = method.DeclaringType!;
        string owner = type.IsGenericType
            ? Hyphenated(type.GetGenericArguments()[0].Name, "Form")
            : Hyphenated(type.Name, "Kernels");
        RungAttribute? rung = method.GetCustomAttribute<RungAttribute>();
        return new PortableKernel(
            $"{owner}.{Hyphenated(method.Name, "Kernel")}", owner, rung?.Ladder, rung?.Number ?? 1, method);
    }

    private static bool HoldsViews(Type type) =>
        type is { IsValueType: true, IsPrimitive: false, IsEnum: false } &&
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Any(field =>
            (field.FieldType.IsGenericType && field.FieldType.GetGenericTypeDefinition() == typeof(ArrayView<>)) ||
            HoldsViews(field.FieldType));

    /// <summary>RealFftKernels -> real-fft: a hyphen before each capital that follows no other capital.</summary>
    private static string Hyphenated(string name, string ending)
    {
        string bare = name.Length > ending.Length && name.EndsWith(ending, StringComparison.Ordinal)
            ? name[..^ending.Length]
            : name;
        var words = new StringBuilder();
        for (int i = 0; i < bare.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(bare[i]) && !char.IsAsciiLetterUpper(bare[i - 1]))
            {
                words.Append('-');
            }

            words.Append(char.ToLowerInvariant(bare[i]));
        }

        return words.ToString();
    }
}
