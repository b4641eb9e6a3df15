using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Tests.Tools.Benchmarking;

/// <summary>What --filter and --shape choose, and how they refuse.</summary>
public class KernelChoiceTests
{
    private static readonly IReadOnlyList<KernelCase> All = OperatorCases.Of(CaseSizes.Small);

    [Fact]
    public void Filter_FindsNamesAndShapes_InAnyCaseOfLetters()
    {
        Assert.Equal(All, Of(null));
        Assert.All(Of("CONV1D"), one => Assert.StartsWith("conv1d", one.Name, StringComparison.Ordinal));
        KernelCase any = All[3];
        Assert.Contains(any, Of(any.ToString()));
    }

    [Fact]
    public void Filter_ThatMatchesNothing_NamesTheNearest()
    {
        KernelChoiceException error = Assert.Throws<KernelChoiceException>(() => Of("sofmax"));

        Assert.Contains("'sofmax'", error.Message, StringComparison.Ordinal);
        Assert.Contains("softmax.forward", error.Message, StringComparison.Ordinal);
        Assert.Equal("adam", KernelChoice.Nearest("adan", All.Select(one => one.Name))[0]);
    }

    [Fact]
    public void Shape_IsTakenByEveryNameOnce()
    {
        KernelCase product = Assert.Single(Of("matmul: ", 5, 6, 7));

        Assert.Equal(2.0 * 5 * 6 * 7, product.Operations);
        Assert.Equal("5 x 7 by 7 x 6", product.Shape);
    }

    [Fact]
    public void Shape_OfAnotherNumberOfNumbers_NamesWhatTheCaseTakes()
    {
        Assert.Contains(
            "matmul takes --shape MxNxK, 3 numbers, not 5x6",
            Assert.Throws<KernelChoiceException>(() => Of("matmul: ", 5, 6)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "wavelet is measured at its own shapes alone",
            Assert.Throws<KernelChoiceException>(() => Of("wavelet", 5, 6)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shape_ThatTheOperatorRefuses_IsToldInOneLine()
    {
        KernelChoiceException error = Assert.Throws<KernelChoiceException>(() => Of("conv1d.forward", 1, 1, 3, 1, 9));

        Assert.Contains("conv1d.forward", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static IReadOnlyList<KernelCase> Of(string? filter, params int[] shape) => KernelChoice.Of(
        All, new KernelBenchOptions { Filter = filter, Shape = shape.Length == 0 ? null : shape });
}
