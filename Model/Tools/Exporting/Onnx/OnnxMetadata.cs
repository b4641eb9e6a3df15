// What a file says of itself beside its graph: metadata_props, listed in docs/export.md.
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using NativeCnn.Model.Runs;

namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>The metadata of an exported run.</summary>
internal static class OnnxMetadata
{
    private static readonly JsonSerializerOptions Compact = new(Features.Options.FeatureOptions.JsonFormat)
    {
        WriteIndented = false,
    };

    /// <summary>The key of <see cref="FeaturesValue"/>.</summary>
    public const string FeaturesValueKey = "features_value";

    /// <summary>The version of NativeCnn.</summary>
    public static string Version { get; } = typeof(OnnxMetadata).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>The entries, in their order.</summary>
    /// <param name="model">The run.</param>
    /// <param name="weights">model.safetensors, whose SHA-256 is the digest.</param>
    public static IReadOnlyList<StringStringEntryProto> Of(TrainedModel model, ReadOnlySpan<byte> weights)
    {
        RunConfig config = model.Config;
        List<StringStringEntryProto> all =
        [
            Entry("labels", Json(config.Labels)),
            Entry("sample_rate", Number(config.Features.SampleRate)),
            Entry("clip_samples", Number(config.ClipSamples)),
            Entry("features", Json(config.Features)),
            Entry("network", config.Model.Name),
            Entry("nativecnn_version", Version),
            Entry("weights_sha256", Convert.ToHexStringLower(SHA256.HashData(weights))),
        ];
        if (model.Thresholds is { } thresholds)
        {
            all.Add(Entry("thresholds", Json(thresholds)));
        }

        return all;
    }

    /// <summary>The entry that names the value of model.onnx that has the features.</summary>
    public static StringStringEntryProto FeaturesValue(string name) => Entry(FeaturesValueKey, name);

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, Compact);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
