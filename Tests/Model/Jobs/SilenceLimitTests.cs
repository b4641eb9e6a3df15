using NativeCnn.Model.Jobs;

namespace NativeCnn.Tests.Model.Jobs;

public sealed class SilenceLimitTests
{
    [Theory]
    [InlineData("6", 6)]
    [InlineData("2.5", 2.5)]
    [InlineData("1", 1)]
    [InlineData(null, 15)]
    [InlineData("", 15)]
    [InlineData("soon", 15)]
    [InlineData("0", 15)]
    [InlineData("NaN", 15)]
    [InlineData("86401", 15)]
    public void Variable_SetsTheLimit_WhereItIsSecondsFromOneToADay(string? text, double expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), SilenceLimit.Read(text, usual: 15));

    [Fact]
    public void Workers_WaitAMinute_WhereNothingIsSaid() => Assert.Equal(
        SilenceLimit.Or(60), new JobOptions().Silence);
}
