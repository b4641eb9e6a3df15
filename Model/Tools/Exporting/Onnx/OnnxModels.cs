// The two files of a run. network.onnx: features in, as `nativecnn features` gives them, logits out. model.onnx: sound
// in, probabilities out, and the logits beside them. The normalisation is in both.
using NativeCnn.Model.Exports;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using DataType = NativeCnn.Tools.Exporting.Onnx.TensorProto.Types.DataType;

namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>Makes the files of a run in memory.</summary>
internal static class OnnxModels
{
    /// <summary>The version of the file's form.</summary>
    public const int IrVersion = 8;

    /// <summary>The version of the operators.</summary>
    public const int Opset = 17;

    /// <summary>network.onnx: features [batch, C, frames] to logits [batch, classes].</summary>
    /// <param name="model">The run.</param>
    /// <param name="metadata">What the file says of itself.</param>
    /// <exception cref="ExportException">An operator has no such form.</exception>
    public static ModelProto Network(TrainedModel model, IEnumerable<StringStringEntryProto> metadata)
    {
        ExportGraph network = NetworkOf(model);
        bool anyLength = network.TakesAnyLength;
        RunConfig config = model.Config;
        var onnx = new OnnxGraph(config.Model.Name, "Features to logits, written by NativeCnn.");
        string features = onnx.Input(
            "features", "Features as `nativecnn features` gives them, not normalised.", "batch",
            network.Input.Channels, anyLength ? "frames" : network.Input.Time);
        string logits = onnx.Reserve("logits");
        OnnxNetwork.Write(onnx, network, Rounded(onnx, config, features), logits, anyLength);
        onnx.Output(logits, "Logits of the labels.", "batch", config.Labels.Count);
        return Whole(onnx, metadata);
    }

    /// <summary>model.onnx: sound [batch, samples] to probabilities and logits [batch, classes].</summary>
    /// <param name="model">The run.</param>
    /// <param name="metadata">What the file says of itself.</param>
    /// <exception cref="ExportException">An operator or a feature setting has no such form.</exception>
    public static ModelProto Model(TrainedModel model, IEnumerable<StringStringEntryProto> metadata)
    {
        ExportGraph network = NetworkOf(model);
        RunConfig config = model.Config;
        bool anyLength = network.TakesAnyLength && config.Cropping is null;
        var onnx = new OnnxGraph(config.Model.Name, "Sound to probabilities, written by NativeCnn.");
        string waveform = onnx.Input(
            "waveform", $"Mono samples from -1 to 1 at {config.Features.SampleRate} Hz.", "batch",
            anyLength ? "samples" : config.ClipSamples);
        string features = Rounded(
            onnx, config,
            OnnxFeatures.Write(
                onnx, config.Features, model.Network.Device, waveform, anyLength ? null : config.ClipSamples));
        string probabilities = onnx.Reserve("probabilities");
        string logits = onnx.Reserve("logits");
        if (config.Cropping is { } cropping)
        {
            OfStretches(onnx, network, cropping, features, logits);
        }
        else
        {
            OnnxNetwork.Write(onnx, network, features, logits, anyLength);
        }

        if (model.Thresholds is null)
        {
            onnx.NodeNamed("Softmax", probabilities, [logits], OnnxGraph.Int("axis", 1));
        }
        else
        {
            onnx.NodeNamed("Sigmoid", probabilities, [logits]);
        }

        onnx.Output(
            probabilities,
            model.Thresholds is null
                ? "Probabilities of the labels, of sum 1."
                : "The probability of each label by itself.",
            "batch", config.Labels.Count);
        onnx.Output(logits, "What the probabilities are taken of.", "batch", config.Labels.Count);
        return Whole(onnx, [.. metadata, OnnxMetadata.FeaturesValue(features)]);
    }

    /// <summary>A graph as a file.</summary>
    public static ModelProto Whole(OnnxGraph onnx, IEnumerable<StringStringEntryProto> metadata)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "NativeCnn",
            ProducerVersion = OnnxMetadata.Version,
            DocString = onnx.Proto.DocString,
            Graph = onnx.Proto,
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        };
        model.MetadataProps.AddRange(metadata);
        return model;
    }

    private static ExportGraph NetworkOf(TrainedModel model) => NormalizerFolding.Apply(
        BatchNormFolding.Apply(ExportGraph.Of(model.Network)), model.Normalizer);

    /// <summary>Features that were kept with 16 bits in training are rounded to them in use.</summary>
    private static string Rounded(OnnxGraph onnx, RunConfig config, string features) =>
        config.FeaturePrecision == FeaturePrecision.Fp16
            ? onnx.Node(
                "Cast", "features.float",
                [onnx.Node("Cast", "features.half", [features], OnnxGraph.Int("to", (long)DataType.Float16))],
                OnnxGraph.Int("to", (long)DataType.Float))
            : features;

    /// <summary>The mean of the logits of stretches that lie evenly over a clip, as CroppedForward takes it.</summary>
    private static void OfStretches(
        OnnxGraph onnx, ExportGraph network, Cropping cropping, string features, string logits)
    {
        int count = cropping.TestCrops;
        string[] stretches =
        [
            .. Enumerable.Range(0, count).Select(index => cropping.StartOf(index)).Select(start => onnx.Node(
                "Slice", "stretch",
                [features, onnx.Integers(start), onnx.Integers(start + cropping.Frames), onnx.Integers(2)])),
        ];
        if (count == 1)
        {
            OnnxNetwork.Write(onnx, network, stretches[0], logits, anyLength: false);
            return;
        }

        string all = onnx.Node("Concat", "stretches", stretches, OnnxGraph.Int("axis", 0));
        string each = onnx.Reserve("logits.each");
        OnnxNetwork.Write(onnx, network, all, each, anyLength: false);
        string apart = onnx.Node(
            "Reshape", "logits.apart", [each, onnx.Integers(count, -1, network.Output.Shape.Length)]);
        onnx.NodeNamed(
            "ReduceMean", logits, [apart], OnnxGraph.Ints("axes", 0), OnnxGraph.Int("keepdims", 0));
    }
}
