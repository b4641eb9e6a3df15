// config.json and preprocessor_config.json: the Hub's own fields by its names, ours beside them.
using System.Text.Json;
using System.Text.Json.Nodes;
using NativeCnn.Features.Options;
using NativeCnn.Model.Runs;

namespace NativeCnn.Tools.Exporting.HuggingFace;

/// <summary>The two configurations of a folder for the Hub.</summary>
internal static class HubConfig
{
    /// <summary>config.json: labels, rate, and the layers as <c>--model FILE.json</c> reads them.</summary>
    public static string Network(TrainedModel model)
    {
        RunConfig config = model.Config;
        var byNumber = new JsonObject();
        var byLabel = new JsonObject();
        for (int i = 0; i < config.Labels.Count; i++)
        {
            byNumber.Add($"{i}", config.Labels[i]);
            byLabel.Add(config.Labels[i], i);
        }

        return Text(new JsonObject
        {
            ["model_type"] = "nativecnn",
            ["architectures"] = new JsonArray("Model"),
            ["problem_type"] =
                config.LabelSeparator is null ? "single_label_classification" : "multi_label_classification",
            ["num_labels"] = config.Labels.Count,
            ["id2label"] = byNumber,
            ["label2id"] = byLabel,
            ["sampling_rate"] = config.Features.SampleRate,
            ["num_samples"] = config.ClipSamples,
            ["input_shape"] = new JsonArray(config.Input[0], config.Input[1]),
            ["num_parameters"] = model.Network.Parameters.Count,
            ["torch_dtype"] = "float32",
            ["network"] = JsonSerializer.SerializeToNode(config.Model, FeatureOptions.JsonFormat),
        });
    }

    /// <summary>preprocessor_config.json: rate, length, the chain as <c>--features FILE.json</c> reads it.</summary>
    public static string Features(RunConfig config) => Text(new JsonObject
    {
        ["feature_extractor_type"] = "NativeCnnFeatures",
        ["sampling_rate"] = config.Features.SampleRate,
        ["max_length"] = config.ClipSamples,
        ["padding_side"] = "right",
        ["padding_value"] = 0.0,
        ["feature_size"] = config.Features.Rows,
        ["num_frames"] = config.Format.Frames,
        ["do_normalize"] = true,
        ["features"] = JsonNode.Parse(JsonSerializer.Serialize(config.Features, FeatureOptions.JsonFormat)),
    });

    private static string Text(JsonObject value) => value.ToJsonString(FeatureOptions.JsonFormat) + "\n";
}
