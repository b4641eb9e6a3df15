// nativecnn model: what a network is made of and what it takes, and what network files can say.
using System.CommandLine;
using System.Globalization;
using System.Reflection;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Commands;

internal static class ModelCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("model", "Shows a network's layers and memory, and what network files can say.")
        {
            Summary(terminal),
            Layers(terminal),
            Schema(terminal),
        };
        return command.WithExamples(
            "nativecnn model summary deep",
            "nativecnn model layers conv1d",
            "nativecnn model schema > network.schema.json");
    }

    private static Command Summary(Terminal terminal)
    {
        var network = new NetworkChoice();
        Option<int> batch = OptionOf.Integer(
            "--batch-size", "Clips of a mini-batch that memory is told for.", 64, 1, 65_536);
        Option<string> device = CommonOptions.Device("cpu");
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "summary",
            "Lists a network's layers with their output, parameters, operations and bytes of one clip; says the " +
            "memory of a mini-batch and which layers run together. Nothing is computed.")
        {
            batch, device, json,
        };
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            (NetworkGraph graph, _) = network.Of(parsed);
            using ComputeDevice opened = ComputeDevice.Open(parsed.GetValue(device)!);
            var summary = NetworkSummary.Of(opened, graph, parsed.GetValue(batch));
            if (parsed.GetValue(json))
            {
                terminal.Json(ModelRecord.Of(summary), CliJson.Default.ModelRecord);
            }
            else
            {
                Print(summary, opened.Info.Selector, terminal);
            }

            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn model summary deep",
            "nativecnn model summary mine.json --input 20x63 --classes 35 --batch-size 128",
            "nativecnn model summary runs/20261122-163000 --json");
    }

    private static void Print(NetworkSummary summary, string device, Terminal terminal)
    {
        terminal.Line($"{summary.Network}: input {summary.Input}, {summary.Classes} classes; figures are of one clip");
        terminal.Table(
            ["name", "layer", "output", "parameters", "operations", "bytes"],
            [
                .. summary.Layers.Select(layer => (string[])
                [
                    layer.Name, layer.Type, $"{layer.Output}", Show.Count(layer.Parameters),
                    Show.Operations(layer.Operations), Show.Count(layer.ActivationBytes),
                ]),
                [
                    "total", "", "", Show.Count(summary.Parameters), Show.Operations(summary.Operations),
                    Show.Count(summary.ActivationBytes),
                ],
            ],
            leftColumns: 3);
        string state = summary.StateBytes > 0 ? $", {Show.Megabytes(summary.StateBytes)} of running statistics" : "";
        terminal.Line(
            $"memory of a mini-batch of {summary.BatchSize} on {device}: {Show.Megabytes(summary.TrainingBytes)} in " +
            $"training, {Show.Megabytes(summary.InferenceBytes)} in inference");
        terminal.Line(
            $"memory of the parameters: {Show.Megabytes(summary.WeightBytes)} of weights, " +
            $"{Show.Megabytes(summary.GradientBytes)} of gradients in training{state}");
        terminal.Line($"layers that run together in training: {Listed(summary.FusedInTraining)}");
        terminal.Line($"layers that run together in inference: {Listed(summary.FusedInInference)}");

        static string Listed(IReadOnlyList<string> stages) => stages.Count == 0 ? "none" : string.Join("; ", stages);
    }

    private static Command Layers(Terminal terminal)
    {
        var type = new Argument<string?>("TYPE")
        {
            Description = "A layer type, conv1d for instance. Without it, all.",
            Arity = ArgumentArity.ZeroOrOne,
        }.Completing(() => LayerTypes.Names);
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "layers",
            "Lists the layer types of network files: the shapes of one clip, what each computes, and its fields with " +
            "what may stand in them and their defaults.")
        {
            type, json,
        };
        command.SetAction(parsed =>
        {
            string? name = parsed.GetValue(type);
            IReadOnlyList<LayerDescription> layers = name is null ? LayerDescription.All : [Named(name)];
            WarnWithoutSentences(terminal);
            if (parsed.GetValue(json))
            {
                foreach (LayerDescription layer in layers)
                {
                    terminal.Json(LayerTypeRecord.Of(layer), CliJson.Default.LayerTypeRecord);
                }
            }
            else
            {
                terminal.Lines(Lines(layers, terminal.Width));
            }

            return ExitCodes.Done;
        });
        return command.WithExamples("nativecnn model layers", "nativecnn model layers conv1d --json");
    }

    private static LayerDescription Named(string type) => LayerTypes.All.TryGetValue(type, out Type? layer)
        ? LayerDescription.Of(layer)
        : throw new InputException(
            $"there is no layer type '{type}'{Suggestion.Before(type, LayerTypes.Names)} the types are " +
            string.Join(", ", LayerTypes.Names));

    /// <summary>Each layer in a line, its own fields beneath it, and at the end the fields of all layers.</summary>
    private static IEnumerable<string> Lines(IReadOnlyList<LayerDescription> layers, int? width)
    {
        foreach (LayerDescription layer in layers)
        {
            yield return $"{layer.Type}  {layer.Shapes}  {layer.Sentence}".TrimEnd();
            foreach (string line in Lines(layer.Fields.Where(field => !field.IsShared), width))
            {
                yield return line;
            }
        }

        yield return layers.Count == 1 ? "as every layer:" : "every layer:";
        foreach (string line in Lines(layers[0].Fields.Where(field => field.IsShared), width))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Lines(IEnumerable<FieldDescription> fields, int? width)
    {
        string[][] rows =
        [
            .. fields.Select(field => (string[])
            [
                $"  {field.Name}", field.Allowed,
                field.IsRequired ? "required" : field.Default is { } value ? $"default {value}" : "optional",
                field.Sentence ?? "",
            ]),
        ];
        return rows.Length == 0 ? [] : TextTable.Format(rows[0], rows[1..], 4, width);
    }

    private static Command Schema(Terminal terminal)
    {
        var command = new Command(
            "schema",
            "Prints the JSON schema of network files, for editors: name it in a file's \"$schema\", or in the " +
            "editor's settings.");
        command.SetAction(_ =>
        {
            WarnWithoutSentences(terminal);
            terminal.Verbatim(NetworkSchema.Text());
            return ExitCodes.Done;
        });
        return command.WithExamples("nativecnn model schema > network.schema.json");
    }

    private static void WarnWithoutSentences(Terminal terminal)
    {
        foreach (Assembly assembly in LayerTypes.All.Values.Select(layer => layer.Assembly).Distinct())
        {
            if (XmlDocs.Of(assembly) is null)
            {
                terminal.Warn([$"the descriptions are left out: there is no {XmlDocs.PathOf(assembly)}"]);
            }
        }
    }
}
