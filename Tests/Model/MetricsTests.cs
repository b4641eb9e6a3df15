// Metrics against numbers worked out by hand and by scikit-learn's rules, and against the contract's JSON.

using CsCheck;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Tests.Model;

public sealed class MetricsTests
{
    [Fact]
    public void ClassificationReport_ThreeClasses_GivesTheTextbookValues()
    {
        // truth a a a b b c, predicted a a b b b a; c is never predicted and d never there: zero_division gives 0.
        ConfusionMatrix matrix = Matrix(4, (0, 0), (0, 0), (0, 1), (1, 1), (1, 1), (2, 0));
        ClassificationReport report = ClassificationReport.From(matrix, ["a", "b", "c", "d"], 0.5);

        Assert.Equal(4.0 / 6, report.Accuracy, 12);
        Assert.Equal(new ClassMetrics("a", 2.0 / 3, 2.0 / 3, 2.0 / 3, 3), report.Classes[0]);
        Assert.Equal(new ClassMetrics("b", 2.0 / 3, 1, 0.8, 2), report.Classes[1]);
        Assert.Equal(new ClassMetrics("c", 0, 0, 0, 1), report.Classes[2]);
        Assert.Equal(new ClassMetrics("d", 0, 0, 0, 0), report.Classes[3]);
        // The means are over the classes that are there.
        Assert.Equal(3, report.ClassesThere);
        Assert.Equal(4.0 / 9, report.MacroPrecision, 12);
        Assert.Equal(5.0 / 9, report.MacroRecall, 12);
        Assert.Equal((2.0 / 3 + 0.8) / 3, report.MacroF1, 12);
    }

    [Fact]
    public void ClassificationReport_AnyPairs_AgreeWithTheirDefinitions() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3]).Array[1, 60].Sample(pairs =>
        {
            ConfusionMatrix matrix = Matrix(4, pairs);
            ClassificationReport report = ClassificationReport.From(matrix, ["a", "b", "c", "d"], 0);

            Assert.Equal(pairs.Count(p => p.Item1 == p.Item2) / (double)pairs.Length, report.Accuracy, 12);
            Assert.Equal(pairs.Length, report.Classes.Sum(c => c.Support));
            // Recall weighted by support is accuracy.
            Assert.Equal(report.Accuracy, report.Classes.Sum(c => c.Recall * c.Support) / pairs.Length, 12);
            Assert.All(report.Classes, c => Assert.Equal(
                c.Precision + c.Recall == 0 ? 0 : 2 * c.Precision * c.Recall / (c.Precision + c.Recall), c.F1, 12));
        });

    [Fact]
    public void ClassificationReport_Json_HasTheContractsNames()
    {
        ConfusionMatrix matrix = Matrix(2, (0, 0), (1, 0));
        Assert.Equal(
            """{"clips":2,"accuracy":0.5,"loss":0.25,"classes":["""
            + """{"label":"x","precision":0.5,"recall":1,"f1":0.6666666666666666,"support":1},"""
            + """{"label":"y","precision":0,"recall":0,"f1":0,"support":1}]}""",
            ClassificationReport.From(matrix, ["x", "y"], 0.25).ToJson());
        string diverged = ClassificationReport.From(matrix, ["x", "y"], double.NaN).ToJson();
        Assert.Contains("\"loss\":null", diverged, StringComparison.Ordinal);
    }

    [Fact]
    public void ConfusionMatrix_ClassOutOfRange_IsRefused()
    {
        ConfusionMatrix matrix = new(2);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add(0, -1));
        Assert.Throws<ArgumentException>(() => ClassificationReport.From(matrix, ["only"], 0));
        Assert.Equal(0, matrix.Accuracy);
    }

    private static ConfusionMatrix Matrix(int classes, params (int Truth, int Predicted)[] pairs)
    {
        ConfusionMatrix matrix = new(classes);
        Array.ForEach(pairs, pair => matrix.Add(pair.Truth, pair.Predicted));
        return matrix;
    }
}
