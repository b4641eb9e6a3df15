// Metrics of clips that may have several labels, against scikit-learn's numbers and against their definitions.

using CsCheck;
using NativeCnn.Model.Data;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Tests.Model;

public sealed class MultiLabelMetricsTests
{
    private static readonly Gen<(float Score, bool Truth)[]> Ranked = Gen.Select(
        Gen.Int[0, 20].Select(tenth => tenth / 20f), Gen.Bool).Array[1, 30];

    /// <summary>The first is the example of scikit-learn's page; all were computed by its 1.7.</summary>
    [Theory]
    [InlineData(0.8333333333333333, new[] { 0.1f, 0.4f, 0.35f, 0.8f }, new[] { false, false, true, true })]
    [InlineData(0.5, new[] { 0.5f, 0.5f, 0.5f, 0.5f }, new[] { false, false, true, true })]
    [InlineData(1.0, new[] { 0.9f, 0.8f, 0.1f }, new[] { true, true, false })]
    [InlineData(0.5833333333333333, new[] { 0.9f, 0.8f, 0.7f }, new[] { false, true, true })]
    [InlineData(0.0, new[] { 0.9f, 0.8f }, new[] { false, false })]
    public void AveragePrecision_IsScikitLearns(double expected, float[] scores, bool[] truths) =>
        Assert.Equal(expected, AveragePrecision.Of(scores, truths), 12);

    [Fact]
    public void AveragePrecision_OfAnyScores_IsTheSumOfItsDefinition() => Ranked.Sample(clips =>
    {
        float[] scores = [.. clips.Select(clip => clip.Score)];
        bool[] truths = [.. clips.Select(clip => clip.Truth)];
        int there = truths.Count(truth => truth);
        double sum = 0;
        double before = 0;
        foreach (float score in scores.Distinct().OrderDescending())
        {
            double taken = scores.Count(other => other >= score);
            double hits = clips.Count(clip => clip.Score >= score && clip.Truth);
            double recall = there == 0 ? 0 : hits / there;
            sum += (recall - before) * (hits / taken);
            before = recall;
        }

        Assert.Equal(sum, AveragePrecision.Of(scores, truths), 12);
    });

    [Fact]
    public void F1Threshold_OfAnyScores_HasTheHighestF1ThatThereIs() => Ranked.Sample(clips =>
    {
        float[] scores = [.. clips.Select(clip => clip.Score)];
        bool[] truths = [.. clips.Select(clip => clip.Truth)];

        float threshold = F1Threshold.Of(scores, truths);

        double best = scores.Max(score => F1(clips, score));
        Assert.Equal(best, F1(clips, threshold), 12);
        Assert.True(truths.Contains(true) || threshold == F1Threshold.Untuned);
    });

    [Fact]
    public void F1Threshold_BetweenNeighbours_KeepsThemApart()
    {
        // Half their sum is rounded down, to the lower one.
        float high = MathF.BitIncrement(0.5f);
        float threshold = F1Threshold.Of([high, 0.5f, 0f], [true, false, false]);

        Assert.Equal(high, threshold);
    }

    [Fact]
    public void Report_OfTwoLabels_HasTheTextbookValues()
    {
        var sets = new LabelSets([[0], [1], [0, 1], []], 3, ';');
        var scores = new MultiLabelScores(sets);
        // Truths a, b, ab, none; held at 0: a, ab, b, none.
        scores.Add(0, [2, -1, -5]);
        scores.Add(1, [1, 3, -5]);
        scores.Add(2, [-1, 2, -5]);
        scores.Add(3, [-2, -2, -5]);

        ClassificationReport report = scores.Report(["a", "b", "c"], 0.5, [0.5f, 0.5f, 0.5f]);

        Assert.Equal(0.5, report.Accuracy, 12);
        Assert.Equal((0.5, 0.5, 0.5, 2), Of(report.Classes[0]));
        Assert.Equal((1.0, 1.0, 1.0, 2), Of(report.Classes[1]));
        Assert.Equal((0.0, 0.0, 0.0, 0), Of(report.Classes[2]));
        Assert.Equal(5.0 / 6, report.Classes[0].AveragePrecision!.Value, 12);
        Assert.Null(report.Classes[2].AveragePrecision);
        // A label that no clip has is in no mean.
        Assert.Equal(11.0 / 12, report.MultiLabel!.MeanAveragePrecision, 12);
        Assert.Equal(0.75, report.MultiLabel.MacroF1, 12);
        Assert.Equal((0.75, 0.75, 0.75), (
            report.MultiLabel.MicroPrecision, report.MultiLabel.MicroRecall, report.MultiLabel.MicroF1));

        // Tuned to the clips, the threshold of a lies below -1's probability or above 1's.
        ClassificationReport tuned = scores.Report(["a", "b", "c"], 0.5);
        Assert.Equal(0.8, tuned.Classes[0].F1, 12);
        Assert.Equal(F1Threshold.Untuned, tuned.Classes[2].Threshold);
        Assert.Contains("\"average_precision\":", tuned.ToJson(), StringComparison.Ordinal);

        static (double, double, double, int) Of(ClassMetrics one) => (one.Precision, one.Recall, one.F1, one.Support);
    }

    private static double F1((float Score, bool Truth)[] clips, float threshold)
    {
        int hits = clips.Count(clip => clip.Score >= threshold && clip.Truth);
        int sum = clips.Count(clip => clip.Score >= threshold) + clips.Count(clip => clip.Truth);
        return sum == 0 ? 0 : 2.0 * hits / sum;
    }
}
