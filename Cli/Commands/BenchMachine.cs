// What every benchmark has: where it runs, how long, and how it prints.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Cli.Commands;

/// <summary>Where a benchmark runs and how it prints.</summary>
internal sealed class BenchMachine(double seconds = 3)
{
    private readonly Option<string> device = CommonOptions.Device();
    private readonly Option<int> workers = CommonOptions.Workers();
    private readonly Option<string[]> rungs = CommonOptions.Rungs();
    private readonly Option<string> precision = CommonOptions.Precision();

    public Option<double> Seconds { get; } = OptionOf.Number(
        "--seconds", "How long to measure.", seconds, new Interval(0.01, 3600));

    public Option<bool> Json { get; } = CommonOptions.Json();

    public void AddTo(Command command)
    {
        command.Add(device);
        command.Add(workers);
        command.Add(rungs);
        command.Add(precision);
        command.Add(Seconds);
        command.Add(Json);
    }

    public ComputeDevice Open(ParseResult parsed) => ComputeDevice.Open(
        parsed.GetValue(device)!, parsed.GetValue(workers), CommonOptions.RungList(parsed.GetValue(rungs)),
        CommonOptions.PrecisionOf(parsed.GetValue(precision)));

    /// <summary>Which kernels the measured work ran, on a device that chooses among several.</summary>
    public void PrintRungs(ParseResult parsed, ComputeDevice device, Terminal terminal)
    {
        if (!parsed.GetValue(Json) && device.Rungs.Made.Count > 0)
        {
            terminal.Lines(RungTable.Of(device, terminal.Width));
        }
    }

    /// <summary>Refuses a tensor that no device is asked to hold.</summary>
    public static void ThrowUnlessFits(long numbers, string what)
    {
        const int most = 1 << 28;
        if (numbers > most)
        {
            throw new InputException($"{what} is {numbers} numbers: give sizes of at most {most}");
        }
    }
}
