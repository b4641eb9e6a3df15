// What earlier versions wrote otherwise in config.json, brought to the form of today: runs of theirs can be used and
// resumed. The training named its optimiser, whose settings stood beside it; momentum and nesterov were read by SGD
// alone:
//   "optimizer": "sgd", "momentum": 0.9, "nesterov": false, "weight_decay": 0
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NativeCnn.Model.Runs;

internal static class OlderConfig
{
    private static readonly string[] Settings = ["momentum", "nesterov", "weight_decay"];

    /// <summary>The text of config.json as it would be written today.</summary>
    /// <param name="json">The text of a config.json.</param>
    /// <exception cref="JsonException">It is no JSON, or has a field twice.</exception>
    public static string Upgrade(string json)
    {
        // Before the nodes, which would fail late where a field stands twice.
        using (JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false }))
        {
        }

        if (JsonNode.Parse(json) is not JsonObject config || config["training"] is not JsonObject training)
        {
            return json;
        }

        string? type = "adam";
        if (training.TryGetPropertyValue("optimizer", out JsonNode? named) &&
            !(named is JsonValue value && value.TryGetValue(out type)))
        {
            return json; // The form of today, or none that is known: the reader says so.
        }

        var optimizer = new JsonObject { ["type"] = type };
        foreach (string setting in Settings)
        {
            if (training.Remove(setting, out JsonNode? given) && (setting == "weight_decay" || type == "sgd"))
            {
                optimizer[setting] = given;
            }
        }

        training["optimizer"] = optimizer;
        return config.ToJsonString();
    }
}
