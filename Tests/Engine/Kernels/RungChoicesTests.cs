using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Devices;

/// <summary>
/// Which rung runs: the operator's own choice, the environment's, the caller's. One test after another.
/// </summary>
[Collection(Alone.Name)]
public sealed class RungChoicesTests : IDisposable
{
    private readonly string? before = Environment.GetEnvironmentVariable(RungChoices.Variable);

    [Fact]
    public void Choose_WithNothingInItsPlace_IsTheOperatorsChoice() =>
        Assert.Equal(3, new RungChoices().Choose("matmul", "1 x 2 x 3", byDefault: 3));

    [Fact]
    public void Choose_WithARungInItsPlace_IsThatRung()
    {
        Environment.SetEnvironmentVariable(RungChoices.Variable, "matmul=2");
        Assert.Equal(2, new RungChoices().Choose("matmul", "1 x 2 x 3", byDefault: 3));

        var choices = new RungChoices("MatMul = 4");
        Assert.Equal(4, choices.Choose("matmul", "1 x 2 x 3", byDefault: 3));
        Assert.Equal("matmul=4", choices.Overrides);
        choices.Override("matmul", 1);
        Assert.Equal(1, choices.Choose("matmul", "1 x 2 x 3", byDefault: 3));
    }

    [Fact]
    public void Choose_AboveWhatTheShapeTakes_IsTheHighestThatTakesIt()
    {
        var choices = new RungChoices("matmul=4");
        Assert.Equal(2, choices.Choose("matmul", "odd", byDefault: 1, highest: 2));
        Assert.Equal(2, new RungChoices().Choose("matmul", "odd", byDefault: 3, highest: 2));
    }

    [Theory]
    [InlineData("matmull=2", "no ladder 'matmull'")]
    [InlineData("matmul=9", "no rung 9; it has 1, 2, 3, 4, 5")]
    [InlineData("matmul", "'matmul' names no rung")]
    [InlineData("matmul=two", "'matmul=two' names no rung")]
    [InlineData("matmul=2,sofa=1", "no ladder 'sofa'; there are: ")]
    public void Override_OfWhatIsNotThere_IsRefusedWithWhatThereIs(string list, string said)
    {
        Assert.Contains(
            said, Assert.Throws<RungException>(() => new RungChoices(list)).Message, StringComparison.Ordinal);
        Environment.SetEnvironmentVariable(RungChoices.Variable, list);
        Assert.Throws<RungException>(() => ComputeDevice.Open("cpu"));
    }

    [Fact]
    public void Ladders_OfTheProcess_HaveTheRungsOfTheirKernels()
    {
        KernelLadder ladder = KernelLadder.OfProcess().Single(one => one.Name == MatMulKernels.Ladder);
        Assert.Equal("matmul 1, 2, 3, 4, 5, 6", ladder.ToString());
        Assert.Equal(Enum.GetValues<MatMulRung>().Select(rung => (int)rung), ladder.Rungs);
    }

    [Fact]
    public void Plans_OnADevice_RunTheRungThatItWasOpenedWithAndAreKeptOnce()
    {
        using ComputeDevice device = ComputeDevice.Open("simulator", rungs: "matmul=2");
        var shape = new MatMulShape(40, 33, 50, TransposeB: true);
        for (int again = 0; again < 2; again++)
        {
            Assert.Equal(MatMulRung.Tiled, new MatMul(device, shape).Rung);
        }

        Assert.Equal(
            new RungChoice("matmul", "40 x 50 by 50 x 33 T", Rung: 2, Default: 3), Assert.Single(device.Rungs.Made));
    }

    [Fact]
    public void Launches_OfAPlan_AskNothing()
    {
        ComputeDevice device = TestDevices.Get("simulator");
        var shape = new MatMulShape(3, 4, 5);
        var product = new MatMul(device, shape);
        var a = device.Allocate<float>(shape.A);
        var b = device.Allocate<float>(shape.B);
        var c = device.Allocate<float>(shape.C);
        product.Multiply(a, b, c);
        int made = device.Rungs.Made.Count;
        product.Multiply(a, b, c);
        Assert.Equal(made, device.Rungs.Made.Count);
    }

    public void Dispose() => Environment.SetEnvironmentVariable(RungChoices.Variable, before);
}
