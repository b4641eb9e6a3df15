using NativeCnn.Model.Metrics;

namespace NativeCnn.Cli.Output;

/// <summary>What a measurement came to, in a few words.</summary>
internal static class Figures
{
    /// <summary>Accuracy and loss; where clips may have several labels, before them how they are ranked.</summary>
    public static string Of(ClassificationReport report) => report.MultiLabel is { } several
        ? $"mAP {Show.Share(several.MeanAveragePrecision)}, macro F1 {Show.Share(several.MacroF1)}, micro F1 " +
            $"{Show.Share(several.MicroF1)}, all labels right {Show.Percent(report.Accuracy)}, loss " +
            $"{Show.Loss(report.Loss)}"
        : $"accuracy {Show.Percent(report.Accuracy)}, loss {Show.Loss(report.Loss)}";
}
