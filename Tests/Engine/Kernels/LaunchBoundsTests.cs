using NativeCnn.Engine.Kernels;
using NativeCnn.Tools.Kernels;

namespace NativeCnn.Tests.Engine.Devices;

/// <summary>The bounds at a kernel reach what NVIDIA's assembler reads.</summary>
public class LaunchBoundsTests
{
    [Theory]
    [InlineData("mat-mul-register.registers8x8", ".maxntid 256, 1, 1", ".minnctapersm 2")]
    [InlineData("mat-mul.naive", null, null)]
    public void Ptx_OfAKernel_CarriesItsLaunchBounds(string name, string? threads, string? groups)
    {
        using var compiler = new KernelCompiler();
        string ptx = compiler.ToPtx(ProductKernels.All.Single(kernel => kernel.Name == name));
        foreach ((string directive, string? expected) in new[] { (".maxntid", threads), (".minnctapersm", groups) })
        {
            Assert.Equal(expected is not null, ptx.Contains(directive, StringComparison.Ordinal));
            Assert.Contains(expected ?? ".entry", ptx, StringComparison.Ordinal);
        }
    }
}
