// `nativecnn verify DIR`: what the files of an export give for the sounds of its proof. Each format has its check;
// behind it stand the files whose bytes are others than those that were written, were it by one bit.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Messages;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;
using NativeCnn.Tools.Exporting;
using NativeCnn.Tools.Exporting.Onnx.Running;
using NativeCnn.Tools.Importing;

namespace NativeCnn.Tools.Verifying;

/// <summary>Compares a run, or an export, with its proof.</summary>
public static class ExportVerification
{
    /// <summary>The checks of all formats.</summary>
    internal static IReadOnlyList<IExportCheck> Checks { get; } =
        [new OnnxCheck(), new PyTorchCheck(), new CCheck(), new HuggingFaceCheck()];

    /// <summary>Computes a proof again.</summary>
    /// <param name="device">Where a run, and weights for PyTorch, are computed; other files on the host.</param>
    /// <param name="folder">The folder of a run or of an export.</param>
    /// <param name="mayRun">Whether programs of the folder may be compiled and run.</param>
    /// <param name="cancellation">Stops a program that runs.</param>
    /// <exception cref="RunException">
    /// It is neither, has no proof, cannot be computed here, or a part of it is damaged.
    /// </exception>
    public static ProofResult Of(
        ComputeDevice device, string folder, bool mayRun = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(folder);
        if (ModelProof.TryLoad(Path.Combine(folder, ModelProof.FileName)) is not { Setting.Export: { } format } proof)
        {
            return ProofCheck.Of(device, folder);
        }

        IExportCheck check = Checks.FirstOrDefault(one => one.Format == format) ?? throw new RunException(
            $"the proof of '{folder}' is of an export that this program does not know, '{OneLine.Of(format)}': " +
            "verify it with the program that made it");
        var config = RunConfig.Parse(proof.Setting.Config ?? "null", $"the proof of '{folder}'");
        var export = new ExportFolder(folder, proof, config, device, mayRun, cancellation);
        ProofStage[] stages = ProofCheck.ForeignTo(config, proof) is { } foreign ? [foreign] : Missing(export);
        try
        {
            return new ProofResult(
                folder, check.WhereOf(export), proof.Setting,
                stages.Length > 0 ? stages : [.. check.Check(export), .. Changed(export)]);
        }
        catch (Exception error) when (error is OnnxException or ImportException or SafeTensorsException
            or NetworkSpecException or ArgumentException or IOException or UnauthorizedAccessException
            or System.Text.Json.JsonException)
        {
            throw new RunException($"'{folder}' cannot be computed: {OneLine.Of(error.Message)}", error);
        }
    }

    private static ProofStage[] Missing(ExportFolder export) =>
    [
        .. FilesOf(export).Where(file => Path.GetFileName(file) != file || !File.Exists(export.At(file)))
            .Select(file => ProofStage.Parting(OneLine.Of(file), "the file is not there")),
    ];

    private static IEnumerable<ProofStage> Changed(ExportFolder export) => FilesOf(export)
        .Where(file => ExportProof.HashOf(File.ReadAllBytes(export.At(file))) != export.Proof.Setting.Files![file].Hash)
        .Select(file => ProofStage.Parting(file, "its bytes are not those that were exported"));

    private static IEnumerable<string> FilesOf(ExportFolder export) => export.Proof.Setting.Files?.Keys ?? [];
}
