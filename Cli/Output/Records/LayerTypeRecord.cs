using NativeCnn.Model.Networks;

namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>model layers</c>.</summary>
internal sealed record LayerTypeRecord(
    string Type, string Shapes, string? Description, IReadOnlyList<LayerFieldRecord> Fields)
{
    public static LayerTypeRecord Of(LayerDescription layer) => new(
        layer.Type, layer.Shapes, layer.Sentence, [.. layer.Fields.Select(LayerFieldRecord.Of)]);
}
