// nativecnn explain: one number of a network through one training step.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Mathematics;
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
            "The number: an element of a parameter, such as conv1.weight[3,12,1], of a layer's output, such as " +
            "pool1[0,3,17] (clip, channel, time step), or a clip's loss, loss[0].", "conv1.weight[0,0,0]")
            .In(HelpGroup.Subject);
        Option<int> terms = OptionOf.Integer(
            "--terms", "Terms of the gradient to list, the largest; 0 for all, in order.", 10, 0, int.MaxValue)
            .In(HelpGroup.Subject);
        Option<string> order = OptionOf.Choice(
            "--order",
            "Find out by experiments on the device in which order it adds the terms: auto tries for ten seconds, on " +
            "as long as it takes.", "auto", "auto", "on", "off")
            .In(HelpGroup.Subject);
        Option<string?> clip = OptionOf.Text(
            "--clip", "FILE", "Of a run: the step's mini-batch is this sound alone.")
            .In(HelpGroup.Subject);
        Option<string?> label = OptionOf.Text(
            "--label", "NAME", "The class of --clip; without it the folder that it lies in, where this is a class.")
            .In(HelpGroup.Subject);
        Option<int?> stepNumber = OptionOf.Integer(
            "--step", "N",
            "The step, from 1: of a run, done again from its checkpoint or its beginning up to this one; of a " +
            "network, after the others on the same clips.", 1, int.MaxValue)
            .In(HelpGroup.Subject);
        Option<string?> output = OptionOf.Text(
            "--output", "FILE.html", "Write all of it into a page too, which opens without a network.")
            .In(HelpGroup.Output);
        Option<int> batch = OptionOf.Integer(
            "--batch-size", "Clips of the mini-batch of a network that is no run.", 4, 1, 4096)
            .In(HelpGroup.Network);
        Option<int> seed = OptionOf.Integer(
            "--seed", "Seed of weights and clips of a network that is no run.", 1, 0, int.MaxValue)
            .In(HelpGroup.Network);
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
        Option[] ofOneNumber = [parameter, terms, order, stepNumber, clip, label, output];
        var explore = new ExploreOption(network, batch, seed, ofOneNumber);
        explore.AddTo(command);
        foreach (Option option in (Option[])
            [.. ofOneNumber, batch, seed, device, workers, rungs, cache, noCache, json])
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

            if (parsed.GetValue(output) is { } wanted)
            {
                OutputFile.ExpectFolder(output, wanted);
            }

            RefuseIdle();
            StepCapsule capsule = CapsuleOf();
            Explanation explained = new Explainer(opened, capsule, PatienceOf(parsed.GetValue(order)!))
                .Explain(parsed.GetValue(parameter)!);
            if (parsed.GetValue(output) is { } page)
            {
                AtomicFile.WriteText(page, ExplanationPage.Of(capsule.Setting, explained, opened.Info.Selector));
            }

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
                string? sound = parsed.GetValue(clip);
                if (network.NameOf(parsed) is { } file && File.Exists(file) &&
                    !file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
                {
                    RefuseClip(sound, $"{file} is a captured step, which has its mini-batch");
                    RefuseStep($"{file} is one step");
                    return StepCapsule.Load(file);
                }

                (NetworkSpec spec, Shape input, int classes, string? run) = network.SpecOf(parsed);
                if (run is null)
                {
                    RefuseClip(sound, $"'{spec.Name}' is no run: no sound was prepared for it");
                    var first = StepCapture.OfNetwork(
                        opened, spec, input, classes, parsed.GetValue(batch), parsed.GetValue(seed));
                    return parsed.GetValue(stepNumber) is { } later
                        ? StepCapture.After(opened, first, later - 1, terminal.Cancellation)
                        : first;
                }

                if (sound is not null)
                {
                    RefuseStep("--clip takes the step after the run's last epoch");
                    return StepCapture.OfSound(opened, run, sound, parsed.GetValue(label));
                }

                return StepCommand.CaptureOf(
                    opened, run, batchSize: null,
                    CommonOptions.ToCache(parsed.GetValue(cache), parsed.GetValue(noCache)), terminal,
                    parsed.GetValue(stepNumber));
            }

            // What would be read by nobody is refused before anything is computed.
            void RefuseIdle()
            {
                if (parsed.GetValue(label) is not null && parsed.GetValue(clip) is null)
                {
                    throw new InputException("--label is the class of --clip FILE: add it, or leave --label out");
                }

                foreach (Option own in new Option[] { batch, seed }.Where(one => Bound<object>.IsGiven(parsed, one)))
                {
                    if (network.NameOf(parsed) is { } name && NetworkPresets.Find(name) is null &&
                        (Directory.Exists(name) ||
                            (File.Exists(name) && !name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))))
                    {
                        throw new InputException(
                            $"{own.Name} is for a network that is no run: '{name}' has a mini-batch of its own; " +
                            "leave it out");
                    }
                }
            }

            void RefuseStep(string why)
            {
                if (parsed.GetValue(stepNumber) is not null)
                {
                    throw new InputException($"--step cannot be taken: {why}");
                }
            }
        });
        return command.WithExamples(
            "nativecnn explain article --parameter conv1.weight[3,12,1]",
            "nativecnn explain runs/digits --parameter dense1.bias[5] --terms 0 --output bias.html",
            "nativecnn explain runs/digits --parameter norm1[0,3,17] --clip seven.wav --label seven",
            "nativecnn explain article --parameter loss[0] --step 20",
            "nativecnn explain step.safetensors --parameter pool1[0,3,17] --json",
            "nativecnn explain --explore steps.html");
    }

    private static void Print(
        StepSetting setting, Explanation one, string device, int count, Terminal terminal)
    {
        terminal.Line(
            $"{one.Name} = {Number(one.Value)} in step {Show.Count(setting.Step)} of {setting.Source} on {device}");
        terminal.Line();
        PrintLines("how it comes about", one.Forward, terminal);
        if (one.Gradient is not { } gradient)
        {
            return;
        }

        terminal.Line(
            $"forward: it takes part in {Show.Count(one.Terms.Count)} of {Show.Count(one.Outputs)} outputs of what " +
            "uses it");
        terminal.Line(one.Terms.Count == 0
            ? "backward: its gradient is 0, for no output changes with it here: a ReLU at 0, a maximum elsewhere, a " +
                "mask of 0"
            : "backward: its gradient is the sum over them of gradient of the output x what the number does to it");
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

        if (rows.Count > 0)
        {
            terminal.Table(["output", "its gradient", "factor", "product"], rows);
        }

        terminal.Line();
        List<string[]> sums =
        [
            ["sum of all terms in float64", Number(one.Sum), ""],
            ["in float32, one after the other", Number(one.SumInFloat32), Ulps(one.SumInFloat32)],
        ];
        if (one.Order?.Sum is { } ordered)
        {
            sums.Add([$"in float32, in the order of {device}", Number(ordered), Ulps(ordered)]);
        }

        sums.Add([$"the device's, {device}", Number(gradient), Ulps(gradient)]);
        sums.Add(["(L(v + h) - L(v - h)) / 2h of the whole network", Number(one.LossDifference!.Value), ""]);
        terminal.Table(["gradient", "", ""], sums);
        if (one.Order is { } order)
        {
            terminal.Line(ExplanationPage.OrderInWords(order, gradient));
        }

        PrintUpdate(one, terminal);

        string Ulps(float value) => $"{Show.Count(UnitsInLastPlace.Between(value, (float)one.Sum))} ULP from float64";
    }

    private static TimeSpan? PatienceOf(string order) => order switch
    {
        "off" => TimeSpan.Zero,
        "on" => null,
        _ => TimeSpan.FromSeconds(10),
    };

    private static void RefuseClip(string? clip, string why)
    {
        if (clip is not null)
        {
            throw new InputException($"--clip needs a run: {why}");
        }
    }

    private static void PrintLines(string title, IReadOnlyList<FormulaLine> lines, Terminal terminal)
    {
        if (lines.Count > 0)
        {
            terminal.Table(
                [title, "", ""],
                lines.Select(line => (string[])[line.Name, line.Formula, Number(line.Value)]), 2);
            terminal.Line();
        }
    }

    private static void PrintUpdate(Explanation one, Terminal terminal)
    {
        if (one.NewValue is not { } made)
        {
            return;
        }

        terminal.Line();
        PrintLines("update", one.Update, terminal);
        string distance = one.Update is [.., FormulaLine last]
            ? $", {Show.Count(UnitsInLastPlace.Between(made, (float)last.Value))} ULP from float64"
            : "; this optimiser does not tell its formula";
        terminal.Line($"the device's new value: {Number(made)}{distance}");
    }

    private static string Number(double value) => ExplanationPage.Number(value);
}
