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

/// <summary>A layer of <c>model summary</c>.</summary>
internal sealed record ModelLayerRecord(
    string Name, string Type, IReadOnlyList<int> Output, long Parameters, long Operations, long ActivationBytes)
{
    public static ModelLayerRecord Of(LayerSummary layer) => new(
        layer.Name, layer.Type, layer.Output.ToArray(), layer.Parameters, layer.Operations, layer.ActivationBytes);
}
