using System.Text.Json.Serialization;
using NativeCnn.Model.Data.Description;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Cli.Output;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(NullForNonFinite)])]
[JsonSerializable(typeof(TrainingRecord))]
[JsonSerializable(typeof(ExportRecord))]
[JsonSerializable(typeof(ImportRecord))]
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
[JsonSerializable(typeof(FftBenchRecord))]
[JsonSerializable(typeof(DataBenchRecord))]
[JsonSerializable(typeof(KernelRecord))]
[JsonSerializable(typeof(GradCheckRecord))]
[JsonSerializable(typeof(ExploreRecord))]
[JsonSerializable(typeof(StepCaptureRecord))]
[JsonSerializable(typeof(VerifyRecord))]
[JsonSerializable(typeof(ExplanationRecord))]
[JsonSerializable(typeof(StepDifferenceRecord))]
[JsonSerializable(typeof(PuzzleRecord))]
[JsonSerializable(typeof(PuzzleVerdictRecord))]
[JsonSerializable(typeof(InspectRecord))]
[JsonSerializable(typeof(KernelProfileRecord))]
[JsonSerializable(typeof(ProfiledLineRecord))]
[JsonSerializable(typeof(DataSetDescription))]
[JsonSerializable(typeof(ModelRecord))]
[JsonSerializable(typeof(LayerTypeRecord))]
[JsonSerializable(typeof(PublishedRecord))]
[JsonSerializable(typeof(FetchRecord))]
[JsonSerializable(typeof(RungRecord))]
[JsonSerializable(typeof(KernelBenchRecord))]
[JsonSerializable(typeof(LayerBenchRecord))]
[JsonSerializable(typeof(CompareRecord))]
[JsonSerializable(typeof(ThresholdRecord))]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(RunDiffRecord))]
[JsonSerializable(typeof(RunComparisonRecord))]
[JsonSerializable(typeof(SweepJobRecord))]
[JsonSerializable(typeof(SweepRecord))]
internal sealed partial class CliJson : JsonSerializerContext;
