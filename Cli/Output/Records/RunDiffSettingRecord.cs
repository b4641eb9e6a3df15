using System.Text.Json.Nodes;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Output;

/// <summary>A setting of <c>runs diff --json</c>, as it stands in config.json.</summary>
internal sealed record RunDiffSettingRecord(string Path, JsonNode? A, JsonNode? B)
{
    public static RunDiffSettingRecord Of(SettingDifference one) => new(one.Path, NodeOf(one.A), NodeOf(one.B));

    private static JsonNode? NodeOf(string? json) => json is null ? null : JsonNode.Parse(json);
}
