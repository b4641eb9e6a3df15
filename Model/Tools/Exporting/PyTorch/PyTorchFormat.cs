// nativecnn export --format pytorch: model.safetensors with PyTorch's names and one page, model.py, which needs nothing
// but torch and rebuilds features, normalisation and network.
using NativeCnn.Model.Exports;
using NativeCnn.Model.Formats;

namespace NativeCnn.Tools.Exporting.PyTorch;

/// <summary>A run as a page of PyTorch and its weights.</summary>
public sealed class PyTorchFormat : IExportFormat
{
    /// <summary>The weights' file.</summary>
    public const string WeightsFile = "model.safetensors";

    /// <summary>The page's file.</summary>
    public const string PageFile = "model.py";

    /// <inheritdoc/>
    public string Name => "pytorch";

    /// <inheritdoc/>
    public string About => "weights with PyTorch's names, and a page of PyTorch that rebuilds network and features";

    /// <inheritdoc/>
    public ExportedFiles Write(ExportRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ExportGraph graph = ExportGraph.ForTraining(request.Model.Network);
        string page = ModelPage.Of(request.Model, graph);
        PyTorchWeights.Write(Path.Combine(request.Folder, WeightsFile), request.Model, graph);
        AtomicFile.WriteText(Path.Combine(request.Folder, PageFile), page);
        int numbers = graph.Weights.Sum(weight => weight.Shape.Length);
        return new ExportedFiles(
            [
                $"{WeightsFile}  {numbers} numbers by PyTorch's names",
                $"{PageFile}  features and network in PyTorch: python {PageFile} SOUND.wav",
            ],
            [WeightsFile, PageFile]);
    }
}
