using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Output;

/// <summary>A line an epoch, in columns of fixed width so that each can be printed when it comes.</summary>
/// <param name="width">Columns of the screen; null for all that the table needs.</param>
internal sealed class EpochTable(int? width)
{
    private const string Star = " *";

    private readonly FixedColumns columns = new(
        width - Star.Length, new("epoch", 5, 9), new("loss", 8, 5), new("accuracy", 8, 3), new("val. loss", 9, 4),
        new("val. accuracy", 13, 8), new("seconds", 7, 2));

    /// <summary>The titles.</summary>
    public string Header => columns.Header;

    /// <summary>The line of an epoch; the best so far is starred.</summary>
    public string Row(EpochMetrics epoch, bool isBest) =>
        columns.Line(
            $"{epoch.Epoch}", Show.Loss(epoch.Loss), Show.Percent(epoch.Accuracy), Show.Loss(epoch.ValidationLoss),
            Show.Percent(epoch.ValidationAccuracy), epoch.Seconds is { } seconds ? Show.Seconds(seconds) : "-") +
        (isBest ? Star : "");
}
