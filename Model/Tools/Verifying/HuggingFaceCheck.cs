// A folder for the Hub is the weights for PyTorch with network and features in files of its own, and the files of ONNX.
using System.Text.Json;
using NativeCnn.Features.Options;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;
using NativeCnn.Tools.Exporting.HuggingFace;
using NativeCnn.Tools.Exporting.Onnx;

namespace NativeCnn.Tools.Verifying;

/// <summary>Computes an export of the format <c>hf</c>.</summary>
internal sealed class HuggingFaceCheck : IExportCheck
{
    /// <inheritdoc/>
    public string Format => "hf";

    /// <inheritdoc/>
    public string WhereOf(ExportFolder folder) => folder.Device.Info.Selector;

    /// <inheritdoc/>
    public IEnumerable<ProofStage> Check(ExportFolder folder)
    {
        JsonElement network = Read(folder, HuggingFaceFormat.ConfigFile, "network");
        JsonElement features = Read(folder, HuggingFaceFormat.PreprocessorFile, "features");
        RunConfig config = folder.Config with
        {
            Model = NetworkSpec.Parse(network.GetRawText()),
            Features = FeatureOptions.FromJson(features.GetRawText()),
        };
        IEnumerable<ProofStage> stages = PyTorchCheck.Check(folder, config);
        return File.Exists(folder.At(OnnxFormat.ModelFile))
            ? stages.Concat(new OnnxCheck().Check(folder).Where(stage => stage.Name != "features" || !stage.Holds))
            : stages;
    }

    private static JsonElement Read(ExportFolder folder, string file, string field)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(folder.At(file)));
        return json.RootElement.ValueKind == JsonValueKind.Object
            && json.RootElement.TryGetProperty(field, out JsonElement found)
            ? found.Clone()
            : throw new RunException($"'{folder.At(file)}' has no '{field}'");
    }
}
