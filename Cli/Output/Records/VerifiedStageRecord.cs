using NativeCnn.Model.Proofs;

namespace NativeCnn.Cli.Output;

/// <summary>A stage in a line of <c>verify</c>.</summary>
internal sealed record VerifiedStageRecord(
    string Stage, bool Holds, double LargestError, double Allowed, string? Place, string? Why)
{
    public static VerifiedStageRecord Of(ProofStage stage) => new(
        stage.Name, stage.Holds, stage.LargestError, stage.Allowed, stage.Place, stage.Why);
}
