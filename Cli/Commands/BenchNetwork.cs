// What the benchmarks of a whole network share: its sizes as options.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Commands;

internal static class BenchNetwork
{
    /// <summary>The command of a measurement of a network.</summary>
    public static Command Create(
        string name, string description, Terminal terminal, Option[] more,
        Action<ParseResult, ComputeDevice, NetworkWork, double, bool, Terminal> run)
    {
        var sizes = new NetworkWork();
        Option<int> batch = OptionOf.Integer("--batch-size", "Clips of a mini-batch.", sizes.BatchSize, 1, 4096);
        Option<int> coefficients = OptionOf.Integer(
            "--coefficients", "Channels of the input.", sizes.Coefficients, 1, 4096);
        Option<int> frames = OptionOf.Integer("--frames", "Time steps of the input.", sizes.Frames, 1, 65_536);
        Option<int> filters = OptionOf.Integer("--filters", "Filters of the convolution.", sizes.Filters, 1, 4096);
        Option<int> taps = OptionOf.Integer("--taps", "Taps of the convolution.", sizes.Taps, 1, 1024);
        Option<int> classes = OptionOf.Integer("--classes", "Number of classes.", sizes.Classes, 2, 4096);
        Option<string> model = CommonOptions.Network(sizes.Model, $" --filters and --taps are those of {sizes.Model}.");
        var machine = new BenchMachine();
        var command = new Command(name, description) { batch, coefficients, frames, filters, taps, classes, model };
        foreach (Option option in more)
        {
            command.Add(option);
        }

        machine.AddTo(command);
        command.SetAction(parsed =>
        {
            var work = new NetworkWork(
                parsed.GetValue(batch), parsed.GetValue(coefficients), parsed.GetValue(frames),
                parsed.GetValue(filters), parsed.GetValue(taps), parsed.GetValue(classes), parsed.GetValue(model)!);
            using ComputeDevice device = machine.Open(parsed).RemarkingTo(terminal);
            run(parsed, device, work, parsed.GetValue(machine.Seconds), parsed.GetValue(machine.Json), terminal);
            machine.PrintRungs(parsed, device, terminal);
            terminal.Cancellation.ThrowIfCancellationRequested();
            return ExitCodes.Done;
        });
        return command.WithExamples(
            $"nativecnn bench {name} --batch-size 64 --coefficients 40 --frames 100 --filters 64");
    }

    /// <summary>The sizes, for people.</summary>
    public static string Describe(NetworkWork work) =>
        $"batch {work.BatchSize} of [{work.Coefficients}, {work.Frames}], {work.Filters} filters";
}
