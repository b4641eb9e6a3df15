// What `features diff --json` prints.
using System.CommandLine;
using System.Text.Json;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Audio;
using NativeCnn.Model.Runs;
using NativeCnn.Tools.Differences;
using NativeCnn.Tools.Pictures;

namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>features diff --json</c>.</summary>
internal sealed record DiffRecord(
    string File, string Reference, string Features, bool Agrees, string? FirstDifference, bool Explained,
    IReadOnlyList<DiffChangeRecord> ExplainedBy, IReadOnlyList<DiffStageRecord> Stages, IReadOnlyList<string> Notes)
{
    public static DiffRecord Of(string file, string reference, string features, FeatureDiffResult result) => new(
        file, reference, features, result.First is null, result.First?.Stage,
        result.First is not null && result.Explained && result.Changes.Count > 0,
        [.. result.Changes.Select(DiffChangeRecord.Of)], [.. result.Stages.Select(DiffStageRecord.Of)], result.Notes);
}

/// <summary>A setting that explains a difference.</summary>
internal sealed record DiffChangeRecord(string Setting, JsonElement Ours, JsonElement Theirs)
{
    public static DiffChangeRecord Of(SettingChange change) => new(
        change.Setting, JsonElement.Parse(change.Ours), JsonElement.Parse(change.Theirs));
}

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
