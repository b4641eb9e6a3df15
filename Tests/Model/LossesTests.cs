// Which loss and which weights a training asks for, and what makes an epoch better.

using NativeCnn.Model.Data;
using NativeCnn.Model.Training;

namespace NativeCnn.Tests.Model;

public sealed class LossesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("cross-entropy", 0f)]
    [InlineData("focal", 2f)]
    [InlineData("focal=0.5", 0.5f)]
    public void Loss_ByName_HasItsGamma(string text, float gamma) => Assert.Equal(gamma, Losses.ParseGamma(text));

    [Theory]
    [InlineData("focl", "did you mean 'focal'?")]
    [InlineData("focal=0", "a gamma above 0 and at most 10, not '0'")]
    [InlineData("focal=x", "not 'x'")]
    [InlineData("cross-entropy=2", "give cross-entropy|focal[=GAMMA]")]
    public void Loss_ThatIsNone_SaysWhatMayCome(string text, string message) => Assert.Contains(
        message, Assert.Throws<ArgumentException>(() => Losses.ParseGamma(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void PositiveWeights_AreClipsWithoutOverClipsWith()
    {
        var sets = new LabelSets([[0], [0, 1], []], 3, ';');

        Assert.Equal([2f / 3, 4f, 1f], Losses.WeightsOf([0, 0, 1, 2, 2], 3, sets));
        Assert.Equal([5f / 9, 5f / 3, 5f / 3], Losses.WeightsOf([0, 0, 1, 2, 0], 3, null));
    }

    [Fact]
    public void BalancedClassesAndSampling_AreRefusedTogether() => Assert.Contains(
        "choose one", Assert.Throws<ArgumentException>(new TrainingOptions
        {
            BalanceClasses = true,
            Sampling = Sampling.Balanced,
        }.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void Score_IsBetterByWhatWasAskedFor()
    {
        var one = new Score(0.5, 0.8, 10) { MacroF1 = 0.7, MeanAveragePrecision = 0.9 };
        var other = new Score(0.4, 0.8, 10) { MacroF1 = 0.7, MeanAveragePrecision = 0.8 };

        Assert.True(one.IsBetter(other, BestBy.Map));
        Assert.False(other.IsBetter(one, BestBy.Map));
        Assert.False(one.IsBetter(other, BestBy.F1));
        Assert.True(other.IsBetter(one, BestBy.F1));
        Assert.True(other.IsBetter(one, BestBy.Loss));
        Assert.True(other.IsBetter(one, BestBy.Accuracy));
        Assert.False(one.IsBetter(one, BestBy.Accuracy));
        Assert.True((one with { Accuracy = 0.9 }).IsBetter(one, BestBy.Loss));
    }

    /// <summary>A score of two numbers is what checkpoints of earlier versions have.</summary>
    [Theory]
    [InlineData(null, null)]
    [InlineData(0.7, null)]
    [InlineData(0.7, 0.9)]
    public void Checkpoint_KeepsWhatTheBestEpochCameTo(double? f1, double? map)
    {
        var score = new Score(0.5, 0.8, 10) { MacroF1 = f1, MeanAveragePrecision = map };
        var checkpoint = new Checkpoint(3, 9, 2, score, [1f], [2f], [], [], new Dictionary<string, float[]>());

        checkpoint.Save(folder["checkpoint.safetensors"]);

        Assert.Equal(score, Checkpoint.Load(folder["checkpoint.safetensors"]).BestScore);
    }
}
