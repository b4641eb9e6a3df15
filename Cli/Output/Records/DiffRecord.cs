using NativeCnn.Tools.Differences;

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
