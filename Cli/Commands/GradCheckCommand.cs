// nativecnn gradcheck: are the gradients of this network right on this device?
using System.CommandLine;
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.GradientChecks;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Commands;

internal static class GradCheckCommand
{
    // Factors of a product have 10 bits behind the point.
    private const double Tf32Tolerance = 5e-3;

    public static Command Create(Terminal terminal)
    {
        var network = new NetworkChoice(NetworkPresets.DefaultName);
        Option<string?> layer = OptionOf.Text(
            "--layer", "NAME", "Only this layer, such as conv1, and what runs as one with it.");
        Option<int> elements = OptionOf.Integer(
            "--elements", "Elements of each tensor that are checked, drawn evenly; 0 for all.",
            new GradientCheckOptions().Elements, 0, int.MaxValue);
        Option<int> batch = OptionOf.Integer(
            "--batch-size", "Clips of the mini-batch.", new GradientCheckOptions().BatchSize, 1, 1024);
        Option<string> fuse = OptionOf.Choice(
            "--fuse", "Layers run together where training does so, or each by itself.", "on", "on", "off");
        Option<int> seed = OptionOf.Integer(
            "--seed", "Seed of input, initial weights and the gradient of the logits.", 1, 0, int.MaxValue);
        Option<string> device = CommonOptions.Device();
        Option<int> workers = CommonOptions.Workers();
        Option<string[]> rungs = CommonOptions.Rungs();
        Option<string> precision = CommonOptions.Precision();
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "gradcheck",
            "Checks every gradient of a training step on a device against finite differences of the same function in " +
            "float64: of everything that is learnt and of every layer's input. Exit code 1 where one is wrong.");
        network.AddTo(command);
        foreach (Option option in new Option[]
            { layer, elements, batch, fuse, seed, device, workers, rungs, precision, json })
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            (NetworkGraph graph, string? run) = network.Of(parsed);
            FloatPrecision floats = CommonOptions.PrecisionOf(parsed.GetValue(precision));
            using ComputeDevice opened = ComputeDevice.Open(
                parsed.GetValue(device)!, parsed.GetValue(workers), CommonOptions.RungList(parsed.GetValue(rungs)),
                floats).RemarkingTo(terminal);
            var checker = new GradientChecker(opened, graph, parsed.GetValue(fuse) == "on", new GradientCheckOptions
            {
                BatchSize = parsed.GetValue(batch),
                Elements = parsed.GetValue(elements),
                Layer = parsed.GetValue(layer),
                Seed = parsed.GetValue(seed),
                Tolerance = floats == FloatPrecision.Fp32 ? GradientCheckOptions.Float32Tolerance : Tf32Tolerance,
            });
            if (run is not null)
            {
                CopyWeights(run, checker.Parameters);
            }

            return Check(checker, opened, parsed.GetValue(json), terminal);
        });
        return command.WithExamples(
            "nativecnn gradcheck",
            "nativecnn gradcheck deep --layer conv2 --elements 0",
            "nativecnn gradcheck deep --device opencl --rung conv1d=2 --fuse off");
    }

    private static int Check(GradientChecker checker, ComputeDevice device, bool json, Terminal terminal)
    {
        List<GradientCheckRow> rows = [];
        foreach (GradientCheckRow row in checker.Run())
        {
            terminal.Cancellation.ThrowIfCancellationRequested();
            rows.Add(row);
            if (json)
            {
                terminal.Json(GradCheckRecord.Of(row), CliJson.Default.GradCheckRecord);
            }
        }

        int wrong = rows.Count(row => !row.Passed);
        if (!json)
        {
            terminal.Table(
                ["layers", "gradient of", "checked", "kinks", "worst", "device", "float64", "relative", "verdict"],
                rows.Select(Cells), leftColumns: 2, "kinks", "worst", "float64", "device", "checked");
            terminal.Line(wrong == 0
                ? $"{rows.Count} gradients on {device.Info.Selector} agree with finite differences"
                : $"{wrong} of {rows.Count} gradients on {device.Info.Selector} are wrong");
        }

        return wrong == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static string[] Cells(GradientCheckRow row) =>
    [
        row.Stage, row.Tensor, $"{Show.Count(row.Checked)} of {Show.Count(row.Shape.Length)}", Show.Count(row.Kinks),
        row.Place, Number(row.Gradient), Number(row.Difference),
        row.RelativeError.ToString("0.0e+0", CultureInfo.InvariantCulture),
        row.Passed ? "ok" : row.Checked == 0 ? "KINKS" : "WRONG",
    ];

    private static string Number(double value) => value.ToString("G7", CultureInfo.InvariantCulture);

    private static void CopyWeights(string run, Parameters to)
    {
        using var host = ComputeDevice.Open("cpu", workers: 1);
        Parameters from = TrainedModel.Load(host, run).Network.Parameters;
        foreach ((Parameter one, Parameter other) in to.All.Zip(from.All))
        {
            one.Value.CopyFrom(other.Value.ToArray());
        }

        foreach ((NetworkState one, NetworkState other) in to.States.Zip(from.States))
        {
            one.Value.CopyFrom(other.Value.ToArray());
        }
    }
}
