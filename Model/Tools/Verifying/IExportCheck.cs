using NativeCnn.Model.Proofs;

namespace NativeCnn.Tools.Verifying;

/// <summary>How an export's folder is computed again.</summary>
internal interface IExportCheck
{
    /// <summary>The name of the format, as <c>--format</c> has it.</summary>
    string Format { get; }

    /// <summary>Computes the proof of a folder again.</summary>
    /// <param name="folder">The folder and its proof.</param>
    /// <returns>The stages in the order of computation.</returns>
    /// <exception cref="NativeCnn.Model.Runs.RunException">
    /// It cannot be computed here; the message says why.
    /// </exception>
    IEnumerable<ProofStage> Check(ExportFolder folder);

    /// <summary>Where it is computed.</summary>
    string WhereOf(ExportFolder folder);
}
