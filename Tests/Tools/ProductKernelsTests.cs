using System.Reflection;
using NativeCnn.Engine.Kernels;
using NativeCnn.Tools.Kernels;

namespace NativeCnn.Tests.Tools;

/// <summary>Every portable kernel compiles for GPUs on a machine that has none.</summary>
public class ProductKernelsTests(ProductKernelsTests.CompilerOfAll fixture)
    : IClassFixture<ProductKernelsTests.CompilerOfAll>
{
    private readonly KernelCompiler compiler = fixture.Compiler;

    /// <summary>
    /// What ILGPU 1.5.3 makes of <c>condition ? 1 : 0</c> in float arithmetic on NVIDIA GPUs: the smallest subnormal
    /// instead of 1. Seen on an H200; <c>1f : 0f</c> is right.
    /// </summary>
    private const string BitsOfOneAsInteger = "0f00000001";

    public static TheoryData<string> Names => [.. ProductKernels.All.Select(kernel => kernel.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Kernel_ForAnNvidiaGpu_CompilesWithoutLocalMemoryOrApproximations(string name)
    {
        string ptx = compiler.ToPtx(Find(name));

        Assert.Contains(".target sm_80", ptx, StringComparison.Ordinal); // ILGPU's highest, also for sm_90.
        Assert.Contains(".entry", ptx, StringComparison.Ordinal);
        // What inline PTX takes by reference is .local in the text and a register to ptxas: .ci/ptxas.sh sees to it.
        if (!ptx.Contains("mma.sync", StringComparison.Ordinal))
        {
            Assert.DoesNotContain(".local", ptx, StringComparison.Ordinal);
        }

        // Neither ex2, lg2, sin, sqrt nor another function that NVIDIA approximates: a logarithm near 1 would show it.
        Assert.DoesNotContain(".approx", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain(BitsOfOneAsInteger, ptx, StringComparison.Ordinal);
    }

    [Fact]
    public void Kernels_OfTheTests_HaveNoIntegerTakenForAFloat()
    {
        IReadOnlyList<PortableKernel> ours = KernelCatalog.Of(typeof(ProductKernelsTests).Assembly);

        Assert.NotEmpty(ours);
        Assert.All(ours, kernel => Assert.DoesNotContain(
            BitsOfOneAsInteger, compiler.ToPtx(kernel), StringComparison.Ordinal));
    }

    public static TheoryData<string> NamesOnOpenCl =>
        [.. ProductKernels.All.Where(kernel => kernel.WhyNotOnOpenCl is null).Select(kernel => kernel.Name)];

    [Fact]
    public void Kernel_ThatOpenClCannotHave_HasARungBelowItOrOthersInItsPlace()
    {
        PortableKernel[] left = [.. ProductKernels.All.Where(kernel => kernel.WhyNotOnOpenCl is not null)];
        Assert.NotEmpty(left);
        Assert.All(left, kernel =>
        {
            IReadOnlyList<string> instead = kernel.Method.GetCustomAttribute<NotOnOpenClAttribute>()!.Instead;
            Assert.All(instead, name => Assert.Null(Find(name).WhyNotOnOpenCl));
            Assert.True(instead.Count > 0 || ProductKernels.All.Any(other =>
                kernel.Ladder is not null && other.Ladder == kernel.Ladder && other.Rung < kernel.Rung &&
                other.WhyNotOnOpenCl is null), kernel.Name);
        });
    }

    [Theory]
    [MemberData(nameof(NamesOnOpenCl))]
    public void Kernel_ForAnOpenClDevice_Compiles(string name) =>
        Assert.Contains("kernel void", compiler.ToOpenCl(Find(name)), StringComparison.Ordinal);

    [Fact]
    public void Catalogue_HasEveryOperatorsKernels()
    {
        string[] operators = [.. ProductKernels.All.Select(kernel => kernel.Operator).Distinct()];
        Assert.Superset(
            new HashSet<string>(
            [
                "adam", "add", "batch-norm-fold", "channel-scale", "classification-meter", "concat", "conv-relu-pool",
                "conv1d", "dropout", "feature", "gather-rows", "group-norm", "group-sum", "layer-norm", "mat-mul",
                "normalizer", "pooling", "real-fft", "reduction", "relu", "resample", "row-dropout", "sgd", "sigmoid",
                "sigmoid-cross-entropy", "softmax", "softmax-cross-entropy", "training-progress",
            ]),
            new HashSet<string>(operators));
    }

    [Fact]
    public void Catalogue_OfTheHousesUpperFloors_IsEmpty() =>
        Assert.Empty(KernelCatalog.Of(typeof(ProductKernels).Assembly, typeof(NativeCnn.Cli.CommandLine).Assembly));

    private static PortableKernel Find(string name) => ProductKernels.All.Single(kernel => kernel.Name == name);

    /// <summary>One compiler for all kernels.</summary>
    public sealed class CompilerOfAll : IDisposable
    {
        public KernelCompiler Compiler { get; } = new();

        public void Dispose() => Compiler.Dispose();
    }
}
