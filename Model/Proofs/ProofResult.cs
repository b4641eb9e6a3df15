namespace NativeCnn.Model.Proofs;

/// <summary>Whether a run gives on a device what its proof has.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Run">The run's folder.</param>
/// <param name="Device">Where it was computed again.</param>
/// <param name="Setting">What the proof was made with.</param>
/// <param name="Stages">
/// The stages in the order of computation; stages of the network are named only where the logits part.
/// </param>
public sealed record ProofResult(string Run, string Device, ProofSetting Setting, IReadOnlyList<ProofStage> Stages)
{
    /// <summary>The first stage that parts: what is wrong is there. Null where none does.</summary>
    public ProofStage? First => Stages.FirstOrDefault(stage => !stage.Holds);

    /// <summary>Whether the run gives what the proof has.</summary>
    public bool Holds => First is null;
}
