using NativeCnn.Model.Proofs;

namespace NativeCnn.Cli.Output;

/// <summary>
/// A line of <c>verify</c>: a run. <c>FirstParting</c> names the first stage that parts; null where none does.
/// </summary>
internal sealed record VerifyRecord(
    string Run, bool Holds, string? FirstParting, int Clips, string Device, string ProvedOn, string ProvedBy,
    VerifiedStageRecord[] Stages)
{
    public static VerifyRecord Of(ProofResult result) => new(
        result.Run, result.Holds, result.First?.Name, result.Setting.Clips.Count, result.Device, result.Setting.Device,
        result.Setting.Program, [.. result.Stages.Select(VerifiedStageRecord.Of)]);
}
