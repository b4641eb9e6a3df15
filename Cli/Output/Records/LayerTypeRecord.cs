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

/// <summary>A line of <c>model layers</c>.</summary>
internal sealed record LayerTypeRecord(
    string Type, string Shapes, string? Description, IReadOnlyList<LayerFieldRecord> Fields)
{
    public static LayerTypeRecord Of(LayerDescription layer) => new(
        layer.Type, layer.Shapes, layer.Sentence, [.. layer.Fields.Select(LayerFieldRecord.Of)]);
}
