using NativeCnn.Model.Networks;

namespace NativeCnn.Cli.Output;

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
