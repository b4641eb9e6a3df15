// A run as ONNX: what ONNX Runtime and its like run anywhere. IR version 8, opset 17.
using Google.Protobuf;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Runs;

namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>
/// Writes <c>model.onnx</c>, from sound to probabilities, and <c>network.onnx</c>, from features to logits.
/// </summary>
public sealed class OnnxFormat : IExportFormat
{
    /// <summary>From sound to probabilities.</summary>
    internal const string ModelFile = "model.onnx";

    /// <summary>From features to logits.</summary>
    internal const string NetworkFile = "network.onnx";

    /// <inheritdoc/>
    public string Name => "onnx";

    /// <inheritdoc/>
    public string About => "model.onnx, from sound to probabilities, and network.onnx, from features to logits";

    /// <inheritdoc/>
    public ExportedFiles Write(ExportRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        TrainedModel model = request.Model;
        IReadOnlyList<StringStringEntryProto> metadata =
            OnnxMetadata.Of(model, File.ReadAllBytes(RunFolder.Open(request.Run).ModelPath));
        (string Name, ModelProto File)[] files =
        [
            (ModelFile, OnnxModels.Model(model, metadata)), (NetworkFile, OnnxModels.Network(model, metadata)),
        ];
        return new ExportedFiles(
            [.. files.Select(one => Write(request.Folder, one.Name, one.File))], [.. files.Select(one => one.Name)]);
    }

    private static string Write(string folder, string name, ModelProto file)
    {
        AtomicFile.Write(Path.Combine(folder, name), stream => file.WriteTo(stream));
        string takes = string.Join(", ", file.Graph.Input.Select(Described));
        string gives = string.Join(", ", file.Graph.Output.Select(Described));
        return $"{name}: {takes} to {gives}; {(file.CalculateSize() + 1023) / 1024} KiB";
    }

    private static string Described(ValueInfoProto value) => $"{value.Name} [" + string.Join(
        ", ", value.Type.TensorType.Shape.Dim.Select(
            one => one.DimParam.Length > 0 ? one.DimParam : $"{one.DimValue}")) + "]";
}
