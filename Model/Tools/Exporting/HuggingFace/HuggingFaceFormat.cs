// nativecnn export --format hf: a folder as the Hugging Face Hub shows it: model card, configurations, weights, the
// page that reads them, and model.onnx by the format onnx.
using System.Text.RegularExpressions;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Formats;
using NativeCnn.Tools.Exporting.PyTorch;

namespace NativeCnn.Tools.Exporting.HuggingFace;

/// <summary>A run as a repository of the Hugging Face Hub.</summary>
public sealed partial class HuggingFaceFormat : IExportFormat
{
    /// <summary>The model card's file.</summary>
    public const string CardFile = "README.md";

    /// <summary>The network's file.</summary>
    public const string ConfigFile = "config.json";

    /// <summary>The features' file.</summary>
    public const string PreprocessorFile = "preprocessor_config.json";

    private const string OnnxName = "onnx";

    /// <inheritdoc/>
    public string Name => "hf";

    /// <inheritdoc/>
    public string About => "a folder for the Hugging Face Hub: card with the metrics, configurations, weights, ONNX";

    /// <inheritdoc/>
    public ExportedFiles Write(ExportRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.License is { } license && !LicenseName().IsMatch(license))
        {
            throw new ExportException(
                $"'{license}' is no licence as the Hub names them, in small letters, such as mit, apache-2.0 or " +
                "cc-by-4.0");
        }

        ExportedFiles weights = new PyTorchFormat().Write(request);
        IExportFormat? onnx = ExportFormats.All.FirstOrDefault(one => one.Name == OnnxName);
        ExportedFiles graphs = onnx?.Write(request) ?? new ExportedFiles([], []);
        var figures = RunFigures.Of(request.Run, request.Model.Config);
        AtomicFile.WriteText(Path.Combine(request.Folder, ConfigFile), HubConfig.Network(request.Model));
        AtomicFile.WriteText(Path.Combine(request.Folder, PreprocessorFile), HubConfig.Features(request.Model.Config));
        AtomicFile.WriteText(
            Path.Combine(request.Folder, CardFile), ModelCard.Of(request, figures, hasOnnx: onnx is not null));
        return new ExportedFiles(
            [
                figures.Metrics.Count > 0
                    ? $"{CardFile}  model card with {figures.Metrics.Count} metrics of " +
                        $"{figures.Clips?.ToString() ?? "the"} {figures.Split} clips{NoLicense(request)}"
                    : $"{CardFile}  model card without metrics, for the run has none{NoLicense(request)}",
                $"{ConfigFile}  network and labels",
                $"{PreprocessorFile}  features",
                .. weights.Lines,
                .. graphs.Lines,
                .. onnx is null ? (string[])["model.onnx left out: this nativecnn has no format onnx"] : [],
            ],
            [ConfigFile, PreprocessorFile, .. weights.Files, .. graphs.Files]);
    }

    private static string NoLicense(ExportRequest request) => request.License is null ? ", no licence (--license)" : "";

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]*$")]
    private static partial Regex LicenseName();
}
