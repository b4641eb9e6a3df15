// What two runs were told otherwise, and what came out otherwise. Settings are compared as config.json has them once it
// is read: with every default, and in the form of this version.
using System.Text.Json.Nodes;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Runs;

/// <summary>The settings and figures in which two runs differ.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Settings">The settings, in the order of config.json; those of the second run alone at the end.</param>
/// <param name="Metrics">The figures; how long a run took is none.</param>
public sealed record RunDifference(IReadOnlyList<SettingDifference> Settings, IReadOnlyList<MetricDifference> Metrics)
{
    /// <summary>Compares two runs.</summary>
    /// <param name="a">A run folder.</param>
    /// <param name="b">Another.</param>
    /// <exception cref="RunException">One is no run, or its configuration or its metrics cannot be read.</exception>
    public static RunDifference Of(string a, string b)
    {
        (RunFolder first, RunFolder second) = (RunFolder.OpenConfig(a), RunFolder.OpenConfig(b));
        (RunConfig before, RunConfig after) = (RunConfig.Load(first.ConfigPath), RunConfig.Load(second.ConfigPath));
        return new RunDifference(
            Between(Flat(before), Flat(after), (path, one, other) => new SettingDifference(path, one, other)),
            Between(
                FiguresOf(first, before.Training.Best), FiguresOf(second, after.Training.Best),
                (name, one, other) => new MetricDifference(name, one, other)));
    }

    private static List<TDifference> Between<TValue, TDifference>(
        OrderedDictionary<string, TValue> a, OrderedDictionary<string, TValue> b,
        Func<string, TValue?, TValue?, TDifference> differ) =>
        [
            .. a.Keys.Union(b.Keys)
                .Where(key => !Equals(a.GetValueOrDefault(key), b.GetValueOrDefault(key)))
                .Select(key => differ(key, a.GetValueOrDefault(key), b.GetValueOrDefault(key))),
        ];

    private static OrderedDictionary<string, string> Flat(RunConfig config)
    {
        var all = new OrderedDictionary<string, string>();
        Add("", JsonNode.Parse(config.ToJson()));
        return all;

        // Lists of words or numbers are one setting: the classes, an input's shape.
        void Add(string path, JsonNode? node)
        {
            if (node is JsonObject fields)
            {
                foreach ((string name, JsonNode? value) in fields)
                {
                    Add(path.Length == 0 ? name : $"{path}.{name}", value);
                }
            }
            else if (node is JsonArray items && items.Any(item => item is JsonObject))
            {
                for (int i = 0; i < items.Count; i++)
                {
                    Add($"{path}[{i}]", items[i]);
                }
            }
            else
            {
                all.Add(path, node?.ToJsonString() ?? "null");
            }
        }
    }

    private static OrderedDictionary<string, double?> FiguresOf(RunFolder run, BestBy by)
    {
        var all = new OrderedDictionary<string, double?>();
        if (!File.Exists(run.MetricsPath) || MetricsLog.Read(run.MetricsPath) is not { Count: > 0 } epochs)
        {
            return all;
        }

        EpochMetrics best = RunSummary.BestOf(epochs, by)!;
        all.Add("epochs", epochs.Count);
        all.Add("best_epoch", best.Epoch);
        all.Add("validation_accuracy", best.ValidationAccuracy);
        all.Add("validation_loss", best.ValidationLoss);
        all.Add("validation_f1", best.ValidationF1);
        all.Add("validation_map", best.ValidationMap);
        all.Add("last_validation_accuracy", epochs[^1].ValidationAccuracy);
        all.Add("last_validation_loss", epochs[^1].ValidationLoss);
        all.Add("last_accuracy", epochs[^1].Accuracy);
        all.Add("last_loss", epochs[^1].Loss);
        return all;
    }
}
