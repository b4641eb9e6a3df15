using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Output;

/// <summary>A line an epoch, in columns of fixed width so that each can be printed when it comes.</summary>
internal static class EpochTable
{
    public static string Header { get; } =
        $"{"epoch",5}  {"loss",8}  {"accuracy",8}  {"val. loss",9}  {"val. accuracy",13}  {"seconds",7}";

    /// <summary>The line of an epoch; the best so far is starred.</summary>
    public static string Row(EpochMetrics epoch, bool isBest) =>
        $"{epoch.Epoch,5}  {Show.Loss(epoch.Loss),8}  {Show.Percent(epoch.Accuracy),8}  " +
        $"{Show.Loss(epoch.ValidationLoss),9}  {Show.Percent(epoch.ValidationAccuracy),13}  " +
        $"{(epoch.Seconds is { } seconds ? Show.Seconds(seconds) : "-"),7}{More(epoch)}{(isBest ? " *" : "")}";

    /// <summary>What is measured only where it is asked for, or where clips may have several labels.</summary>
    private static string More(EpochMetrics epoch) =>
        (epoch.ValidationF1 is { } f1 ? $"  F1 {Show.Share(f1)}" : "") +
        (epoch.ValidationMap is { } map ? $"  mAP {Show.Share(map)}" : "");
}
