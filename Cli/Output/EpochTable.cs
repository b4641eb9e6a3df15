using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Output;

/// <summary>A line an epoch, in columns of fixed width so that each can be printed when it comes.</summary>
internal sealed class EpochTable
{
    private const string Star = " *";

    private readonly FixedColumns columns;

    /// <summary>Chooses the columns.</summary>
    /// <param name="width">Columns of the screen; null for all that the table needs.</param>
    /// <param name="first">
    /// The first epoch: it tells whether F1 and mAP are measured, which they are only where one is asked for, or where
    /// clips may have several labels.
    /// </param>
    public EpochTable(int? width, EpochMetrics first)
    {
        List<FixedColumns.Column> all =
        [
            new("epoch", 5, 9), new("loss", 8, 5), new("accuracy", 8, 3), new("val. loss", 9, 4),
            new("val. accuracy", 13, 6),
        ];
        if (first.ValidationF1 is not null)
        {
            all.Add(new("F1", 5, 7));
        }

        if (first.ValidationMap is not null)
        {
            all.Add(new("mAP", 5, 8));
        }

        columns = new FixedColumns(width - Star.Length, [.. all, new("seconds", 7, 2)]);
    }

    /// <summary>The titles.</summary>
    public string Header => columns.Header;

    /// <summary>The line of an epoch; the best so far is starred.</summary>
    public string Row(EpochMetrics epoch, bool isBest) =>
        columns.Line(
        [
            $"{epoch.Epoch}", Show.Loss(epoch.Loss), Show.Percent(epoch.Accuracy), Show.Loss(epoch.ValidationLoss),
            Show.Percent(epoch.ValidationAccuracy),
            .. new[] { epoch.ValidationF1, epoch.ValidationMap }.OfType<double>().Select(Show.Share),
            epoch.Seconds is { } seconds ? Show.Seconds(seconds) : "-",
        ]) + (isBest ? Star : "");
}
