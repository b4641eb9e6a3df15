using NativeCnn.Engine.Kernels;

namespace NativeCnn.Tests.Support;

public sealed class TestDevicesTests
{
    [Fact]
    public void Rungs_OfTheEnvironment_ReachADevice_UnlessTheRowSaysOtherwise()
    {
        RungChoices choices = TestDevices.Get("simulator adam=3").Rungs;
        Assert.Equal(3, choices.OverrideOf("adam"));

        TestDevices.ChooseRungs(choices, "conv1d=1,matmul=2", ["matmul=4"]);
        Assert.Equal("conv1d=1,matmul=4", choices.Overrides);

        TestDevices.ChooseRungs(choices, null, []);
        Assert.Null(choices.Overrides);
    }

    [Fact]
    public void Simulators_OfTwoRungs_AreTwo()
    {
        Assert.Same(TestDevices.Get("simulator adam=1"), TestDevices.Get("simulator adam=1"));
        Assert.NotSame(TestDevices.Get("simulator adam=1"), TestDevices.Get("simulator adam=3"));
        Assert.Same(TestDevices.Get("cpu"), TestDevices.Get("cpu"));
    }
}
