// What a run was made of, as names and values: its settings as config.json has them, its data, the machine.
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Options;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Runs;

namespace NativeCnn.Model.Reports;

/// <summary>Collects the facts of a report.</summary>
internal static class ReportFacts
{
    // Lists of files may be long; config.json has them whole.
    private const int LongestValue = 400;
    private const int MostItems = 20;

    /// <summary>Every setting of a run, by its path in config.json; layers and classes stand elsewhere.</summary>
    public static IReadOnlyList<ReportFact> SettingsOf(RunConfig config)
    {
        List<ReportFact> facts = [];
        JsonObject json = JsonNode.Parse(config.ToJson())!.AsObject();
        json.Remove("labels");
        (json["model"] as JsonObject)?.Remove("layers");
        Flatten("", json, facts);
        return facts;
    }

    /// <summary>The features in words: <c>log mel bands less their mean over the clip</c>.</summary>
    public static string FeaturesOf(ClipFormat format)
    {
        FeatureOptions features = format.Features;
        string kind = features.Kind switch
        {
            FeatureKind.Mfcc => "MFCC",
            FeatureKind.LogMel => "log mel bands",
            FeatureKind.Raw => "the samples themselves",
            FeatureKind.WaveletCepstrum => "wavelet cepstrum",
            _ => features.Kind.ToString(),
        };
        string mean = features.SubtractMean ? ", each less its mean over the clip" : "";
        string deltas = features.Deltas switch
        {
            0 => "",
            1 => ", with deltas",
            _ => ", with deltas and delta-deltas",
        };
        double seconds = (double)format.ClipSamples / features.SampleRate;
        return $"{kind}{mean}{deltas}: {format.Channels} rows of {format.Frames} frames, " +
            Html.Invariant($"of {seconds:0.###} s at {features.SampleRate:#,0} Hz");
    }

    /// <summary>Where clips come from and how many there are.</summary>
    public static IEnumerable<ReportFact> DataOf(DataSet data)
    {
        yield return new ReportFact("data", data.Source);
        yield return new ReportFact("read as", data.Reader);
        yield return new ReportFact("clips", Html.Count(data.Entries.Count));
        yield return new ReportFact("classes", Html.Count(data.Labels.Count));
    }

    /// <summary>The machine and the programme.</summary>
    public static IReadOnlyList<ReportFact> MachineOf(ComputeDevice device) =>
    [
        new("device", $"{device.Info.Selector}: {device.Info.Name}"),
        new("worker threads", Html.Count(device.Workers.Count)),
        new("processors", Html.Count(Environment.ProcessorCount)),
        new("memory", Html.Invariant($"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30):0.0} GiB")),
        new("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"),
        new(".NET", RuntimeInformation.FrameworkDescription),
        new("NativeCnn", typeof(RunConfig).Assembly.GetName().Version?.ToString(3) ?? "0"),
    ];

    private static void Flatten(string path, JsonNode? node, List<ReportFact> facts)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach ((string name, JsonNode? value) in fields)
                {
                    Flatten(path.Length == 0 ? name : $"{path}.{name}", value, facts);
                }

                break;
            case JsonArray items when items.Any(item => item is JsonObject or JsonArray):
                for (int i = 0; i < Math.Min(items.Count, MostItems); i++)
                {
                    Flatten($"{path}[{i}]", items[i], facts);
                }

                if (items.Count > MostItems)
                {
                    facts.Add(new ReportFact(path, $"{Html.Count(items.Count)} in all; config.json has them"));
                }

                break;
            case JsonArray items:
                facts.Add(new ReportFact(path, Cut(string.Join(", ", items.Select(Text)))));
                break;
            default:
                facts.Add(new ReportFact(path, Cut(Text(node))));
                break;
        }
    }

    private static string Text(JsonNode? value) => value is null ? "none" : value.ToString();

    private static string Cut(string text) => text.Length <= LongestValue ? text : $"{text[..LongestValue]}...";
}
