using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Ptx;
using NativeCnn.Features;

namespace NativeCnn.Tests.Engine.Ptx;

/// <summary>The text of every kernel is understood, and what is not is named.</summary>
public sealed class PtxProgramTests
{
    [Fact]
    public void EveryKernel_OfTheCatalogue_IsUnderstood()
    {
        IReadOnlyList<PortableKernel> kernels =
            KernelCatalog.Of(typeof(ComputeDevice).Assembly, typeof(FeatureExtractor).Assembly);

        Assert.True(kernels.Count > 100);
        Assert.All(kernels, kernel => Assert.NotEmpty(PtxKernel.Of(kernel.Method).Program.Instructions));
    }

    [Fact]
    public void Group_ThatAsksForMoreSharedMemoryThanItHas_IsRefused()
    {
        const string Text = ".visible .entry Kernel(\n)\n{\n.shared .align 4 .b8 s[49156];\nret;\n}";

        string message = Assert.Throws<NotSupportedException>(() => PtxProgram.Parse(Text)).Message;

        Assert.Equal("a group asks for 49168 bytes of shared memory, and has 49152", message);
    }

    [Theory]
    [InlineData("ex2.approx.f32 %f0, %f1;", "unknown instruction ex2.approx.f32 in line 7")]
    [InlineData("@%p0 mov.f32 %f0, %f1;", "unknown instruction with a predicate, mov.f32 in line 7")]
    [InlineData("mov.f32 %f0, %f9;", "unknown register %f9 in line 7")]
    [InlineData("add.f32 %f0, %f1;", "unknown number of operands of add.f32 in line 7")]
    [InlineData("mov.b64 %f0, 1;", "unknown use of %f0 as 8 bytes in line 7")]
    [InlineData("bra L_nowhere;", "unknown label L_nowhere in line 7")]
    [InlineData("bar.sync 1;", "unknown instruction bar.sync in line 7")]
    public void Text_ThatIsNotKnown_IsNamed(string instruction, string said)
    {
        string text = $$"""
            .visible .entry Kernel(
            .param .align 8 .b8 _a[16]
            )
            {
            .reg .pred %p<1>;
            .reg .f32 %f<2>;
            {{instruction}}
            ret;
            }
            """;

        string message = Assert.Throws<NotSupportedException>(() => PtxProgram.Parse(text)).Message;

        Assert.StartsWith(said, message, StringComparison.Ordinal);
        Assert.EndsWith(instruction, message, StringComparison.Ordinal);
    }
}
