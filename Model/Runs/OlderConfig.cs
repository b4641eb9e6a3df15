// What earlier versions wrote otherwise in config.json, read as what is meant today: runs of theirs can be used and
// resumed. The training named its optimiser, whose settings stood beside it; momentum and nesterov were read by SGD
// alone:
//   "optimizer": "sgd", "momentum": 0.9, "nesterov": false, "weight_decay": 0
using System.Text.Json;
using NativeCnn.Features.Json;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Runs;

internal static class OlderConfig
{
    private const string Optimizer = "optimizer";

    private static readonly string[] Settings = ["momentum", "nesterov", "weight_decay"];

    /// <summary>Reads training options of today or of earlier versions.</summary>
    /// <exception cref="JsonTextException">They are none.</exception>
    public static TrainingOptions ReadTraining(JsonPlace place)
    {
        OrderedDictionary<string, JsonPlace> fields = place.Fields();
        bool isNamed = fields.TryGetValue(Optimizer, out JsonPlace named);
        if (isNamed && named.Element.ValueKind != JsonValueKind.String)
        {
            return Read(fields);
        }

        string type = isNamed ? OptimizerTypes.Types.ReadName(named) : "adam";
        fields.Remove(Optimizer);
        var settings = new OrderedDictionary<string, JsonPlace>();
        foreach (string setting in Settings)
        {
            if (fields.Remove(setting, out JsonPlace given) && (setting == "weight_decay" || type == "sgd"))
            {
                settings.Add(setting, given);
            }
        }

        return Read(fields) with { Optimizer = OptimizerTypes.Types.Read(place, type, settings) };

        TrainingOptions Read(OrderedDictionary<string, JsonPlace> given) =>
            (TrainingOptions)JsonRecord.Read(place, typeof(TrainingOptions), given);
    }
}
