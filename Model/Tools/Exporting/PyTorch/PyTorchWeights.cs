// model.safetensors as PyTorch's load_state_dict takes it: the network's tensors by their names there, a
// num_batches_tracked for each batch normalisation, and the page's own buffers.
using NativeCnn.Model.Exports;
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Runs;

namespace NativeCnn.Tools.Exporting.PyTorch;

/// <summary>A run's tensors as a state_dict.</summary>
internal static class PyTorchWeights
{
    /// <summary>The name of the means of the features.</summary>
    public const string Mean = "normalization.mean";

    /// <summary>The name of their deviations.</summary>
    public const string Deviation = "normalization.deviation";

    /// <summary>The name of the probabilities from which labels are held to be true.</summary>
    public const string Thresholds = "thresholds";

    /// <summary>All tensors by name.</summary>
    public static Dictionary<string, SafeTensor> Of(TrainedModel model, ExportGraph graph)
    {
        var tensors = new Dictionary<string, SafeTensor>();
        foreach (ExportWeight weight in graph.Weights)
        {
            tensors.Add(
                PyTorchNames.Of(weight.Name), SafeTensor.From<float>([.. weight.Values], weight.Shape.ToArray()));
        }

        foreach (BatchNormOperator norm in graph.Operators.OfType<BatchNormOperator>())
        {
            string name = $"{PyTorchNames.Split(norm.Weight.Name).Layer}.{PyTorchNames.BatchesTracked}";
            tensors.TryAdd(PyTorchNames.Of(name), SafeTensor.From<long>([0]));
        }

        tensors.Add(Mean, SafeTensor.From(model.Normalizer.Mean, model.Normalizer.Mean.Length));
        tensors.Add(Deviation, SafeTensor.From(model.Normalizer.Deviation, model.Normalizer.Deviation.Length));
        if (model.Thresholds is { } thresholds)
        {
            tensors.Add(Thresholds, SafeTensor.From<float>([.. thresholds], thresholds.Count));
        }

        return tensors;
    }

    /// <summary>Writes them.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, TrainedModel model, ExportGraph graph) => SafeTensors.Write(
        path, Of(model, graph), new Dictionary<string, string> { ["format"] = "pt" });
}
