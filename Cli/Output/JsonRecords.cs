// What --json prints, one record a kind of line; names become snake_case. Numbers that are not finite become null.
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Data;
using NativeCnn.Model.Data.Description;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;
using NativeCnn.Tools.Fetch;

namespace NativeCnn.Cli.Output;

/// <summary>The last line of <c>train</c>.</summary>
internal sealed record TrainingRecord(
    string Run, string? Group, int BestEpoch, double ValidationLoss, double ValidationAccuracy,
    IReadOnlyList<ClassMetrics> Classes, double SamplesPerSecond, double Gflops, long LaunchesPerStep,
    long ReplayedSteps, PhaseSeconds Seconds, IReadOnlyList<SkippedClip> Skipped)
{
    public static TrainingRecord Of(TrainingResult result, string? group) => new(
        result.Folder, group, result.BestEpoch, result.Score.Loss, result.Score.Accuracy, result.Report.Classes,
        result.Times.SamplesPerSecond, result.Times.GigaflopsPerSecond,
        result.Times.LaunchesPerStep, result.Times.ReplayedSteps, PhaseSeconds.Of(result.Times), result.Skipped);
}

/// <summary>Seconds spent in each part of a training.</summary>
internal sealed record PhaseSeconds(
    double Features, double Input, double Forward, double Backward, double Optimizer, double Replay,
    double Validation, double Output)
{
    public static PhaseSeconds Of(TrainingTimes times) => new(
        times[TrainingPhase.Features], times[TrainingPhase.Input], times[TrainingPhase.Forward],
        times[TrainingPhase.Backward], times[TrainingPhase.Optimizer], times[TrainingPhase.Replay],
        times[TrainingPhase.Validation], times[TrainingPhase.Output]);
}

/// <summary>One fold of <c>train --folds</c>.</summary>
internal sealed record FoldRecord(string Group, double Accuracy, double BestAccuracy, int Clips, string Run);

/// <summary>The last line of <c>train --folds</c>.</summary>
internal sealed record FoldsRecord(IReadOnlyList<FoldRecord> Folds, double MeanAccuracy, double StdAccuracy);

/// <summary>The line of <c>evaluate</c>.</summary>
internal sealed record EvaluationRecord(
    int Clips, double Accuracy, double Loss, IReadOnlyList<ClassMetrics> Classes, IReadOnlyList<SkippedClip> Skipped);

/// <summary>A line of <c>predict</c>.</summary>
internal sealed record PredictionRecord(
    string File, string Label, double Probability, IReadOnlyList<ProbabilityRecord> Top);

/// <summary>A class and its probability.</summary>
internal sealed record ProbabilityRecord(string Label, double Probability);

/// <summary>A line of <c>devices</c>.</summary>
internal sealed record DeviceRecord(
    string Device, string Name, long MemoryBytes, int MaxGroupSize, long MaxSharedMemoryBytes, int Multiprocessors,
    bool IsGpu, SelfTestRecord? SelfTest);

/// <summary>The last line of <c>devices</c>: what is not listed, and why.</summary>
internal sealed record SkippedDevicesRecord([property: JsonPropertyName("left_out")] IReadOnlyList<SkippedDevice> Skipped);

/// <summary>What <c>devices --self-test</c> found.</summary>
internal sealed record SelfTestRecord(bool Passed, string? Error, IReadOnlyList<CheckRecord> Checks);

/// <summary>One operator against a plain computation in double precision.</summary>
internal sealed record CheckRecord(string Operator, double LargestError, double Allowed, bool Passed);

/// <summary>The line of <c>features --json</c>.</summary>
internal sealed record FeaturesRecord(
    string File, int SampleRate, double Seconds, IReadOnlyList<int> Shape, string? Output,
    IReadOnlyList<RowRecord>? Rows);

/// <summary>One row of features: a coefficient or a mel band over all frames.</summary>
internal sealed record RowRecord(int Row, double Min, double Mean, double Max);

/// <summary>The line of <c>bench train</c>.</summary>
internal sealed record TrainBenchRecord(
    string Benchmark, int Batch, int Coefficients, int Frames, int Filters, int Taps, int Classes, string Device,
    int Workers, double MsPerStep, double SamplesPerSecond, double Gflops, long LaunchesPerStep, bool Graph);

/// <summary>The line of <c>bench infer</c>.</summary>
internal sealed record InferBenchRecord(
    string Benchmark, int Batch, int Coefficients, int Frames, int Filters, int Taps, int Classes, string Device,
    int Workers, double MsPerBatch, double SamplesPerSecond, double Gflops);

/// <summary>The line of <c>bench features</c>.</summary>
internal sealed record FeaturesBenchRecord(
    string Benchmark, int Batch, int SampleRate, int Fft, int Hop, int Mels, int Coefficients, string Device,
    int Workers, double MsPerBatch, double TimesRealTime);

/// <summary>The line of <c>bench gemm</c>.</summary>
internal sealed record GemmBenchRecord(
    string Benchmark, int Size, string Device, int Workers, double MsPerProduct, double Gflops);

/// <summary>A line of <c>bench kernels</c>; the first two are the device's limits.</summary>
internal sealed record KernelBenchRecord(
    string Benchmark, string Shape, string Device, int Workers, int? Rung, bool Default, double Microseconds,
    double Gflops, double Gbps, double ShareOfPeak);

/// <summary>
/// A line of <c>kernels list</c>; what a kernel takes is of the CUDA device asked for, else of sm_90.
/// </summary>
internal sealed record KernelRecord(
    string Name, string Operator, string? Ladder, int Rung, string Method, int? Registers, int? SharedBytes,
    int? LocalBytes, int? SpillBytes);

/// <summary>A line of <c>kernels choices</c>.</summary>
internal sealed record RungRecord(string Ladder, string Shape, int Rung, int Default);

/// <summary>The line of <c>model summary</c>; a layer's figures are of one clip.</summary>
internal sealed record ModelRecord(
    string Network, IReadOnlyList<int> Input, int Classes, int BatchSize, IReadOnlyList<ModelLayerRecord> Layers,
    long Parameters, long Operations, long TrainingBytes, long InferenceBytes, IReadOnlyList<string> TrainingStages,
    IReadOnlyList<string> InferenceStages)
{
    public static ModelRecord Of(NetworkSummary summary) => new(
        summary.Network, summary.Input.ToArray(), summary.Classes, summary.BatchSize,
        [.. summary.Layers.Select(ModelLayerRecord.Of)], summary.Parameters, summary.Operations,
        summary.TrainingBytes, summary.InferenceBytes, summary.TrainingStages, summary.InferenceStages);
}

/// <summary>A layer of <c>model summary</c>.</summary>
internal sealed record ModelLayerRecord(
    string Name, string Type, IReadOnlyList<int> Output, long Parameters, long Operations, long ActivationBytes)
{
    public static ModelLayerRecord Of(LayerSummary layer) => new(
        layer.Name, layer.Type, layer.Output.ToArray(), layer.Parameters, layer.Operations, layer.ActivationBytes);
}

/// <summary>A line of <c>model layers</c>.</summary>
internal sealed record LayerTypeRecord(
    string Type, string Shapes, string? Description, IReadOnlyList<LayerFieldRecord> Fields)
{
    public static LayerTypeRecord Of(LayerDescription layer) => new(
        layer.Type, layer.Shapes, layer.Sentence, [.. layer.Fields.Select(LayerFieldRecord.Of)]);
}

/// <summary>A field of a layer type: the JSON types of its value, and that value where it is not given.</summary>
internal sealed record LayerFieldRecord(
    string Name, IReadOnlyList<string> Types, string Allowed, bool Required, JsonElement? Default, string? Description)
{
    public static LayerFieldRecord Of(FieldDescription field) => new(
        field.Name, field.Types, field.Allowed, field.IsRequired,
        field.Default is { } json ? JsonElement.Parse(json) : null, field.Sentence);
}

/// <summary>A line of <c>data list</c>.</summary>
internal sealed record PublishedRecord(
    string Name, string Title, int Clips, long? Bytes, string? Checksum, string Licence, string Address);

/// <summary>The line of <c>data fetch</c>.</summary>
internal sealed record FetchRecord(string Name, string Folder, int Clips, string Checked, bool WasThere);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(NullForNonFinite)])]
[JsonSerializable(typeof(TrainingRecord))]
[JsonSerializable(typeof(FoldsRecord))]
[JsonSerializable(typeof(EvaluationRecord))]
[JsonSerializable(typeof(PredictionRecord))]
[JsonSerializable(typeof(DeviceRecord))]
[JsonSerializable(typeof(SkippedDevicesRecord))]
[JsonSerializable(typeof(FeaturesRecord))]
[JsonSerializable(typeof(DiffRecord))]
[JsonSerializable(typeof(TrainBenchRecord))]
[JsonSerializable(typeof(InferBenchRecord))]
[JsonSerializable(typeof(FeaturesBenchRecord))]
[JsonSerializable(typeof(GemmBenchRecord))]
[JsonSerializable(typeof(KernelRecord))]
[JsonSerializable(typeof(DataSetDescription))]
[JsonSerializable(typeof(ModelRecord))]
[JsonSerializable(typeof(LayerTypeRecord))]
[JsonSerializable(typeof(PublishedRecord))]
[JsonSerializable(typeof(FetchRecord))]
[JsonSerializable(typeof(RungRecord))]
[JsonSerializable(typeof(KernelBenchRecord))]
internal sealed partial class CliJson : JsonSerializerContext;
