// Weights for PyTorch, read back into the network that the proof names, and computed on any device. model.py itself is
// compared by its bytes: what it computes is known where there is PyTorch (.ci/pytorch.sh).
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;
using NativeCnn.Tools.Exporting.PyTorch;
using NativeCnn.Tools.Importing;

namespace NativeCnn.Tools.Verifying;

/// <summary>Computes an export of the format <c>pytorch</c>.</summary>
internal sealed class PyTorchCheck : IExportCheck
{
    /// <inheritdoc/>
    public string Format => "pytorch";

    /// <inheritdoc/>
    public string WhereOf(ExportFolder folder) => folder.Device.Info.Selector;

    /// <inheritdoc/>
    public IEnumerable<ProofStage> Check(ExportFolder folder) => Check(folder, folder.Config);

    /// <summary>The same with the network and features of a folder that has its own.</summary>
    internal static IEnumerable<ProofStage> Check(ExportFolder folder, RunConfig config) =>
        ProofCheck.Stages(
            Read(folder.Device, folder, config), host => Read(host, folder, config), folder.Proof);

    private static TrainedModel Read(ComputeDevice device, ExportFolder folder, RunConfig config)
    {
        (TrainedModel model, _) = RunImport.Read(device, new ImportRequest
        {
            File = folder.At(PyTorchFormat.WeightsFile),
            Network = new NetworkPreset(config.Model.Name, () => config.Model, "") { Training = config.Training },
            Features = config.Features,
            ClipSeconds = (double)config.ClipSamples / config.Features.SampleRate,
            Labels = config.Labels,
        });
        return new TrainedModel(config, model.Network, model.Normalizer) { Thresholds = model.Thresholds };
    }
}
