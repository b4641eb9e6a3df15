// nativecnn explain: one number of a network through one training step.
using System.CommandLine;
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Explanations;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;

namespace NativeCnn.Cli.Commands;

internal static class ExplainCommand
{
    public static Command Create(Terminal terminal)
    {
        var network = new NetworkChoice(NetworkPresets.DefaultName);
        Option<string> parameter = OptionOf.Text(
            "--parameter", "NAME[PLACE]",
            "The number: an element of a parameter, such as conv1.weight[3,12,1], or of a layer's output, such as " +
            "pool1[0,3,17] (clip, channel, time step).", "conv1.weight[0,0,0]");
        Option<int> terms = OptionOf.Integer(
            "--terms", "Terms of the gradient to list, the largest; 0 for all, in order.", 10, 0, int.MaxValue);
        Option<int> batch = OptionOf.Integer(
            "--batch-size", "Clips of the mini-batch of a network that is no run.", 4, 1, 4096);
        Option<int> seed = OptionOf.Integer(
            "--seed", "Seed of weights and clips of a network that is no run.", 1, 0, int.MaxValue);
        Option<string> device = CommonOptions.Device();
        Option<int> workers = CommonOptions.Workers();
        Option<string[]> rungs = CommonOptions.Rungs();
        Option<string?> cache = CommonOptions.Cache();
        Option<bool> noCache = CommonOptions.NoCache();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "explain",
            "Follows one weight, bias or activation through one training step: which outputs it takes part in, every " +
            "term of its gradient, their sum beside the device's and the loss's own difference, and the optimiser's " +
            "formula with the numbers in it. Of a run, the step that comes next; of a captured step (`nativecnn " +
            "step`), that; of a network, its first step on random clips.");
        network.AddTo(command);
        var explore = new ExploreOption(network, batch, seed, [parameter, terms]);
        explore.AddTo(command);
        foreach (Option option in new Option[]
            { parameter, terms, batch, seed, device, workers, rungs, cache, noCache, json })
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            using ComputeDevice opened = ComputeDevice.Open(
                parsed.GetValue(device)!, parsed.GetValue(workers), CommonOptions.RungList(parsed.GetValue(rungs)))
                .RemarkingTo(terminal);
            if (explore.IsAsked(parsed))
            {
                return explore.Run(
                    parsed, opened, CommonOptions.ToCache(parsed.GetValue(cache), parsed.GetValue(noCache)),
                    parsed.GetValue(json), terminal);
            }

            StepCapsule capsule = CapsuleOf();
            Explanation explained = new Explainer(opened, capsule).Explain(parsed.GetValue(parameter)!);
            if (parsed.GetValue(json))
            {
                terminal.Json(ExplanationRecord.Of(explained), CliJson.Default.ExplanationRecord);
            }
            else
            {
                Print(capsule.Setting, explained, opened.Info.Selector, parsed.GetValue(terms), terminal);
            }

            return ExitCodes.Done;

            StepCapsule CapsuleOf()
            {
                if (network.NameOf(parsed) is { } file && File.Exists(file) &&
                    !file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
                {
                    return StepCapsule.Load(file);
                }

                (NetworkSpec spec, Shape input, int classes, string? run) = network.SpecOf(parsed);
                return run is null
                    ? StepCapture.OfNetwork(
                        opened, spec, input, classes, parsed.GetValue(batch), parsed.GetValue(seed))
                    : StepCommand.CaptureOf(
                        opened, run, batchSize: null,
                        CommonOptions.ToCache(parsed.GetValue(cache), parsed.GetValue(noCache)), terminal);
            }
        });
        return command.WithExamples(
            "nativecnn explain article --parameter conv1.weight[3,12,1]",
            "nativecnn explain runs/digits --parameter dense1.bias[5] --terms 0",
            "nativecnn explain step.safetensors --parameter pool1[0,3,17] --json",
            "nativecnn explain --explore steps.html");
    }

    private static void Print(
        StepSetting setting, Explanation one, string device, int count, Terminal terminal)
    {
        terminal.Line(
            $"{one.Name} = {Number(one.Value)} in step {Show.Count(setting.Step)} of {setting.Source} on {device}");
        terminal.Line();
        terminal.Line(
            $"forward: it takes part in {Show.Count(one.Terms.Count)} of {Show.Count(one.Outputs)} outputs of what " +
            "uses it");
        terminal.Line(
            "backward: its gradient is the sum over them of gradient of the output x what the number does to it");
        ExplainedTerm[] listed = count == 0
            ? [.. one.Terms]
            : [.. one.Terms.OrderByDescending(term => Math.Abs(term.Product)).Take(count)];
        List<string[]> rows =
        [
            .. listed.Select(term => (string[])
            [
                term.Output, Number(term.Upstream), Number(term.Factor), Number(term.Product),
            ]),
        ];
        if (listed.Length < one.Terms.Count)
        {
            rows.Add(
            [
                $"{Show.Count(one.Terms.Count - listed.Length)} more", "", "",
                Number(one.Sum - listed.Sum(term => term.Product)),
            ]);
        }

        terminal.Lines(TextTable.Format(["output", "its gradient", "factor", "product"], rows));
        terminal.Line();
        terminal.Lines(TextTable.Format(
            ["gradient", "", ""],
            [
                ["sum of all terms in float64", Number(one.Sum), ""],
                ["in float32, one after the other", Number(one.SumInFloat32), Ulps(one.SumInFloat32)],
                [$"the device's, {device}", Number(one.Gradient), Ulps(one.Gradient)],
                ["(L(v + h) - L(v - h)) / 2h of the whole network", Number(one.LossDifference), ""],
            ]));
        PrintUpdate(one, terminal);

        string Ulps(float value) => $"{Show.Count(UnitsInLastPlace.Between(value, (float)one.Sum))} ULP from float64";
    }

    private static void PrintUpdate(Explanation one, Terminal terminal)
    {
        if (one.NewValue is not { } made)
        {
            return;
        }

        terminal.Line();
        terminal.Lines(TextTable.Format(
            ["update", "", ""], one.Update.Select(line => (string[])[line.Name, line.Formula, Number(line.Value)]), 2));
        string distance = one.Update is [.., UpdateLine last]
            ? $", {Show.Count(UnitsInLastPlace.Between(made, (float)last.Value))} ULP from float64"
            : "; this optimiser does not tell its formula";
        terminal.Line($"the device's new value: {Number(made)}{distance}");
    }

    private static string Number(double value) => value.ToString("G9", CultureInfo.InvariantCulture);
}
