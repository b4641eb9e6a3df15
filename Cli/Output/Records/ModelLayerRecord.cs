using NativeCnn.Model.Networks;

namespace NativeCnn.Cli.Output;

/// <summary>A layer of <c>model summary</c>.</summary>
internal sealed record ModelLayerRecord(
    string Name, string Type, IReadOnlyList<int> Output, long Parameters, long Operations, long ActivationBytes)
{
    public static ModelLayerRecord Of(LayerSummary layer) => new(
        layer.Name, layer.Type, layer.Output.ToArray(), layer.Parameters, layer.Operations, layer.ActivationBytes);
}
