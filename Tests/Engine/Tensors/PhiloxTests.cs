using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tests.Engine.Tensors;

public sealed class PhiloxTests
{
    /// <summary>Known answers for philox4x32-10 of Random123, the library of the paper's authors.</summary>
    [Fact]
    public void Philox_KnownCounters_GiveTheAnswersOfRandom123()
    {
        Assert.Equal(
            new PhiloxBlock(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8), Philox.Generate(0, 0, 0, 0, 0, 0));
        Assert.Equal(
            new PhiloxBlock(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd),
            Philox.Generate(~0u, ~0u, ~0u, ~0u, ~0u, ~0u));
        Assert.Equal(
            new PhiloxBlock(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1),
            Philox.Generate(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0));
    }

    [Fact]
    public void Philox_SeedStepLayerBlock_AreKeyAndCounter() =>
        Assert.Equal(Philox.Generate(4, 2, 3, 0, 0x55667788, 0x11223344), Philox.Generate(0x1122334455667788, 2, 3, 4));

    [Theory]
    [InlineData(0u, 0f)]
    [InlineData(255u, 0f)]
    [InlineData(256u, 1f / (1 << 24))]
    [InlineData(0x8000_0000u, 0.5f)]
    [InlineData(uint.MaxValue, 1f - (1f / (1 << 24)))]
    public void Philox_Uniform_IsTheUpper24Bits(uint word, float expected) =>
        Assert.Equal(expected, Philox.ToUniform(word));
}
