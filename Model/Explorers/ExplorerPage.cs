// The page: explorer.html with its style, its script, a description of the network in JSON and the numbers packed. All
// text from outside is in that JSON, whose writer escapes <, >, & and quotes; the script shows it as text, never as
// HTML.
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Json;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Reports;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Explorers;

/// <summary>Writes a recording as one HTML file that needs no other.</summary>
public static class ExplorerPage
{
    // The parts of the script that draws, in order: together they are the body of one function.
    private static readonly string[] Script =
    [
        "begin", "words", "grids", "signals", "parameters", "layer", "chosen", "terms", "outputs", "page",
    ];

    /// <summary>Records steps and writes their page, whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="device">Where the steps are done.</param>
    /// <param name="start">The first step.</param>
    /// <param name="size">What is kept.</param>
    /// <param name="mayNarrow">
    /// True keeps fewer channels where the page comes out larger than <see cref="ExplorerOptions.MostBytes"/>, for how
    /// well its numbers pack is not known before.
    /// </param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <returns>What was recorded.</returns>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static ExplorerRecording Write(
        string path, ComputeDevice device, ExplorerStart start, ExplorerSize size, bool mayNarrow,
        CancellationToken cancellation = default)
    {
        while (true)
        {
            var recording = ExplorerRecording.Of(device, start, size, cancellation);
            string page = ToHtml(recording);
            int widest = recording.Kept.Places.Values.Max(places => places.Length);
            if (page.Length <= ExplorerOptions.MostBytes || !mayNarrow || size.Keep == 1)
            {
                AtomicFile.WriteText(path, page);
                return recording;
            }

            size = size with { Keep = Math.Max(1, Math.Min(size.Keep, widest) * 3 / 4) };
        }
    }

    /// <summary>The page as text.</summary>
    /// <param name="recording">What to show.</param>
    public static string ToHtml(ExplorerRecording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        IReadOnlyList<ExplorerStep> steps = recording.Steps;
        Dictionary<string, string> parts = new()
        {
            ["TITLE"] = WebUtility.HtmlEncode($"{recording.Graph.Name}: training step by step"),
            ["STYLE"] = HtmlPage.Resource("explorer.css"),
            ["NETWORK"] = Describe(recording).ToJsonString(),
            ["PARAMETERS"] = NumberPack.Pack([.. steps.SelectMany(step => (float[][])[step.Before, step.After])]),
            ["SIGNALS"] = NumberPack.Pack([.. steps.Select(step => step.Signals)]),
            ["INPUT"] = NumberPack.Pack([recording.Input]),
            ["MATH"] = HtmlPage.Resource("explorer-math.js"),
            ["QUESTIONS"] = HtmlPage.Resource("explorer-questions.js"),
            ["SCRIPT"] = string.Concat(Script.Select(part => HtmlPage.Resource($"explorer-{part}.js"))),
        };

        // One pass, so that no part is looked for within another.
        string[] pieces = HtmlPage.Resource("explorer.html").Split("@@");
        return string.Concat(pieces.Select((piece, i) => i % 2 == 0 ? piece : parts[piece]));
    }

    private static JsonObject Describe(ExplorerRecording recording)
    {
        StepSetting setting = recording.Start.Capsule.Setting;
        IReadOnlyDictionary<string, SafeTensor> given = recording.Start.Capsule.Given;
        int[] targets = given[StepExecution.Targets].AsInt32().ToArray();
        return new JsonObject
        {
            ["name"] = recording.Graph.Name,
            ["source"] = recording.Start.Sentence,
            ["device"] = recording.Device,
            ["version"] = setting.Version,
            ["left_out"] = recording.LeftOut,
            ["classes"] = Texts(recording.Start.Labels),
            ["clips"] = new JsonArray([.. recording.Start.Clips.Select((name, i) => (JsonNode)new JsonObject
            {
                ["name"] = name,
                ["target"] = targets[i],
            })]),
            ["learning_rate"] = setting.LearningRate,
            ["label_smoothing"] = setting.Training.LabelSmoothing,
            ["class_weights"] = given.TryGetValue(StepExecution.ClassWeights, out SafeTensor? weights)
                ? new JsonArray([.. weights.AsFloat32().ToArray().Select(one => (JsonNode)one)])
                : null,
            ["optimizer"] = OptimizerOf(setting.Training),
            ["steps"] = new JsonArray([.. recording.Steps.Select(step => (JsonNode)new JsonObject
            {
                ["number"] = step.Number,
                ["loss"] = float.IsFinite(step.Loss) ? step.Loss : null,
            })]),
            ["layers"] = new JsonArray([.. recording.Graph.Nodes.Select(node => (JsonNode)LayerOf(recording, node))]),
            ["input"] = new JsonObject
            {
                ["shape"] = Numbers(recording.Graph.Input.Output.ToArray()),
                ["kept"] = Numbers(recording.Kept.Places[recording.Graph.Input]),
            },
            ["parameters"] = Tensors(recording.Kept.Parameters),
            ["signals"] = Tensors(recording.Kept.Signals),
        };
    }

    private static JsonObject LayerOf(ExplorerRecording recording, GraphNode node)
    {
        JsonNode settings = JsonSerializer.SerializeToNode<Layer>(node.Layer!, StrictJson.Options)!;
        return new JsonObject
        {
            ["name"] = node.Name,
            ["type"] = LayerTypes.NameOf(node.Layer!.GetType()),
            ["settings"] = settings,
            ["before"] = node.Layer switch
            {
                Conv1dLayer conv => conv.ShapeOf(node.InputShapes[0], 1).Padding,
                _ => (int?)settings["padding"]?.GetValue<int>() ?? 0,
            },
            ["inputs"] = Numbers([.. node.Inputs.Select(input => input.Index)]),
            ["shape"] = Numbers(node.Output.ToArray()),
            ["kept"] = Numbers(recording.Kept.Places[node]),
            ["view"] = node.Layer.IsView(training: true),
            ["learnt"] = node.ParameterCount,
            ["parameters"] = new JsonArray([.. node.Declared.Select(one => (JsonNode)new JsonObject
            {
                ["name"] = one.Name,
                ["shape"] = Numbers(one.Shape.ToArray()),
                ["learnt"] = one.IsLearnt,
            })]),
        };
    }

    /// <summary>The optimiser's settings; of one that is not registered, its name alone.</summary>
    private static JsonNode OptimizerOf(TrainingOptions training) =>
        OptimizerTypes.NameOrNull(training.Optimizer.GetType()) is null
            ? new JsonObject { ["type"] = training.Optimizer.GetType().Name }
            : JsonSerializer.SerializeToNode(training, StrictJson.Options)!["optimizer"]!.DeepClone();

    /// <summary>Name and places of each axis; the numbers stand one tensor after the other.</summary>
    private static JsonArray Tensors(IEnumerable<KeptTensor> tensors) =>
        new([.. tensors.Select(one => (JsonNode)new JsonObject
        {
            ["name"] = one.Name,
            ["axes"] = new JsonArray([.. one.Axes.Select(axis => (JsonNode)Ranges(axis))]),
        })]);

    /// <summary>Rising places as pairs of first and count.</summary>
    private static JsonArray Ranges(int[] places)
    {
        List<int> pairs = [];
        foreach (int place in places)
        {
            if (pairs.Count > 0 && pairs[^2] + pairs[^1] == place)
            {
                pairs[^1]++;
            }
            else
            {
                pairs.AddRange([place, 1]);
            }
        }

        return Numbers(pairs);
    }

    private static JsonArray Numbers(IEnumerable<int> numbers) => new([.. numbers.Select(one => (JsonNode)one)]);

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(one => (JsonNode)one)]);
}
