using NativeCnn.Model.Training;

namespace NativeCnn.Tests.Model;

public sealed class PresentationsTests
{
    [Theory]
    [InlineData(0, 240, 2250, 10, 240)] // None asked for.
    [InlineData(10_000, 240, 2250, 10, 44)] // 225 clips a class.
    [InlineData(10_000, 240, 2160, 40, 185)] // 54 clips a class.
    [InlineData(10_000, 240, 100, 10, 240)] // No more than the epochs.
    [InlineData(10_000, 240, 85_000, 35, 20)] // No fewer than 20,
    [InlineData(10_000, 12, 85_000, 35, 12)] // but where the epochs are fewer.
    public void EpochsOf_Data_ShowEachClassAsOftenAsAsked(
        int presentations, int epochs, int clips, int classes, int expected)
    {
        var options = new TrainingOptions { Epochs = epochs, Presentations = presentations };

        Assert.Equal(expected, options.EpochsOf(clips, classes));
    }

    [Fact]
    public void Presentations_BelowZero_AreRefused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new TrainingOptions { Presentations = -1 }.Validate());

        Assert.Contains("presentations", error.Message, StringComparison.Ordinal);
    }
}
