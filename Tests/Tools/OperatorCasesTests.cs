// The laws of the list that benchmarks run: no operator is left out, each case counts its work and runs.
using System.Reflection;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Tests.Tools;

public class OperatorCasesTests
{
    // What copies, and so has no operations.
    private static readonly HashSet<string> Copies =
        [
            "band-windows.forward", "band-windows.backward", "concat.forward", "concat.backward", "gather-rows",
            "reduction.sum-backward",
        ];

    [Fact]
    public void EveryOperator_HasACaseForwardAndBackward()
    {
        IReadOnlyList<KernelCase> cases = OperatorCases.Of(CaseSizes.Small);
        List<string> missing = [];
        foreach (Type type in OperatorTypes())
        {
            KernelCase[] own = [.. cases.Where(one => one.Operator == type)];
            if (!own.Any(one => !one.Name.Contains("backward", StringComparison.Ordinal)))
            {
                missing.Add($"{type} forward");
            }

            bool hasBackward = type.GetMethods().Any(of => of.Name.Contains("Backward", StringComparison.Ordinal));
            if (hasBackward && !own.Any(one => one.Name.Contains("backward", StringComparison.Ordinal)))
            {
                missing.Add($"{type} backward");
            }
        }

        Assert.True(missing.Count == 0, $"add to Model/Tools/Benchmarking/OperatorCases: {string.Join(", ", missing)}");
    }

    [Theory]
    [InlineData("Small")]
    [InlineData("Usual")]
    [InlineData("Large")]
    public void EveryCase_CountsItsWorkAndHasANameOfItsOwn(string sizes)
    {
        IReadOnlyList<KernelCase> cases = OperatorCases.Of(Enum.Parse<CaseSizes>(sizes));

        Assert.Equal([], cases.GroupBy(one => one.ToString()).Where(some => some.Count() > 1).Select(some => some.Key));
        Assert.All(cases, one => Assert.True(one.Bytes > 0, one.ToString()));
        Assert.All(cases, one => Assert.True(one.Operations > 0 != Copies.Contains(one.Name), one.ToString()));
    }

    [Fact]
    public void EverySmallCase_CanBePreparedAndCalledOnTheHost()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        foreach (KernelCase one in OperatorCases.Of(CaseSizes.Small))
        {
            Exception? error = Record.Exception(one.Prepare(device)());
            Assert.True(error is null, $"{one}: {error}");
        }
    }

    /// <summary>
    /// What computes on tensors: planned for a device, with tensors among the parameters of a constructor or a method.
    /// What only holds a training's state, such as its counters, has none.
    /// </summary>
    private static IEnumerable<Type> OperatorTypes()
    {
        Type[] engine = typeof(Conv1d).Assembly.GetExportedTypes();
        IEnumerable<Type> plain = engine.Where(type =>
            type.Namespace == typeof(Conv1d).Namespace || type.Namespace == typeof(Adam).Namespace)
            .Where(type => type is { IsSealed: true, IsAbstract: false, IsGenericTypeDefinition: false, IsClass: true })
            .Where(type => type.GetConstructors().Any(of => Takes(of, typeof(ComputeDevice).Equals)))
            .Where(type => type.GetConstructors().Concat<MethodBase>(type.GetMethods()).Any(of => Takes(of, IsTensor)));
        IEnumerable<Type> functions = engine.Where(type => type.IsValueType && type.GetInterfaces().Any(of =>
            of.IsGenericType && of.GetGenericTypeDefinition() == typeof(IActivation<>)));
        return
        [
            .. plain, .. functions.Select(of => typeof(Activation<>).MakeGenericType(of)), typeof(FeatureExtractor),
        ];
    }

    private static bool Takes(MethodBase method, Func<Type, bool> wanted) =>
        method.GetParameters().Any(parameter => wanted(parameter.ParameterType));

    private static bool IsTensor(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Tensor<>) ||
            type.GetGenericArguments().Any(IsTensor));
}
