// nativecnn bench: how fast this machine does the work that the peers were measured with. A file a kind of work.
using System.CommandLine;
using NativeCnn.Cli.Output;

namespace NativeCnn.Cli.Commands;

internal static class BenchCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "bench", "Measures a kind of work: the median of its repetitions, after a third as long of warm-up.")
        {
            BenchTrainCommand.Create(terminal),
            BenchInferCommand.Create(terminal),
            BenchFeaturesCommand.Create(terminal),
            BenchGemmCommand.Create(terminal),
            BenchFftCommand.Create(terminal),
            BenchLayersCommand.Create(terminal),
            BenchKernelsCommand.Create(terminal),
            BenchCompareCommand.Create(terminal),
            BenchTuneCommand.Create(terminal),
            BenchDataCommand.Create(terminal),
        };
        return command.WithExamples(
            "nativecnn bench train --batch-size 64 --filters 64",
            "nativecnn bench gemm --size 1024 --device cpu --json",
            "nativecnn bench kernels --device cuda");
    }
}
