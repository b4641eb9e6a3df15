using NativeCnn.Tools.Differences;

namespace NativeCnn.Cli.Output;

/// <summary>A stage of ours beside the reference's.</summary>
internal sealed record DiffStageRecord(
    string Stage, bool Agrees, IReadOnlyList<int> Ours, IReadOnlyList<int> Theirs, bool Transposed, double MaxAbsolute,
    double MaxRelative, int Row, int Frame, double OurValue, double TheirValue, int Beyond)
{
    public static DiffStageRecord Of(StageDifference stage) => new(
        stage.Stage, stage.Agrees, [stage.Ours.Rows, stage.Ours.Frames], [stage.Theirs.Rows, stage.Theirs.Columns],
        stage.Transposed, stage.Largest, stage.Relative, stage.Row, stage.Frame, stage.OurValue, stage.TheirValue,
        stage.Beyond);
}
