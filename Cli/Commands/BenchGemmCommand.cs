// nativecnn bench gemm: how fast two matrices are multiplied.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Commands;

internal static class BenchGemmCommand
{
    public static Command Create(Terminal terminal)
    {
        const int largest = 65_536;
        Option<int> size = OptionOf.Integer("--size", "Rows and columns of both matrices.", 1024, 1, 16_384);
        Option<int?> rows = OptionOf.Integer("--rows", "N", "Rows of the left matrix, if not --size.", 1, largest);
        Option<int?> inner = OptionOf.Integer(
            "--inner", "N", "Columns of the left matrix and rows of the right one, if not --size.", 1, largest);
        Option<int?> columns = OptionOf.Integer(
            "--columns", "N", "Columns of the right matrix, if not --size.", 1, largest);
        Option<bool> transposeA = OptionOf.Flag("--transpose-a", "The left matrix is stored transposed.");
        Option<bool> transposeB = OptionOf.Flag(
            "--transpose-b", "The right matrix is stored transposed, as a dense layer's weights are.");
        var machine = new BenchMachine();
        var command = new Command("gemm", "A product of two matrices.")
        {
            size, rows, inner, columns, transposeA, transposeB,
        };
        machine.AddTo(command);
        command.SetAction(parsed =>
        {
            int n = parsed.GetValue(size);
            var shape = new MatMulShape(
                parsed.GetValue(rows) ?? n, parsed.GetValue(columns) ?? n, parsed.GetValue(inner) ?? n,
                parsed.GetValue(transposeA), parsed.GetValue(transposeB));
            BenchMachine.ThrowUnlessFits((long)shape.M * shape.K, "--rows times --inner");
            BenchMachine.ThrowUnlessFits((long)shape.K * shape.N, "--inner times --columns");
            BenchMachine.ThrowUnlessFits((long)shape.M * shape.N, "--rows times --columns");
            using ComputeDevice device = machine.Open(parsed).RemarkingTo(terminal);
            Measurement measured = Throughput.MatrixProduct(device, shape, parsed.GetValue(machine.Seconds));
            terminal.Cancellation.ThrowIfCancellationRequested();
            bool isSquare = shape.M == shape.N && shape.N == shape.K;
            string name = isSquare ? $"gemm/{shape.N}" : $"gemm/{shape.M}x{shape.K}x{shape.N}";
            if (parsed.GetValue(machine.Json))
            {
                terminal.Json(
                    new GemmBenchRecord(
                        name, isSquare ? shape.N : null, shape.M, shape.K, shape.N, shape.TransposeA, shape.TransposeB,
                        device.Info.Selector, device.Workers.Count, measured.Milliseconds, measured.Gigaflops),
                    CliJson.Default.GemmBenchRecord);
            }
            else
            {
                terminal.Line($"{name} on {device.Info.Selector}: {Show.Rate(measured.Milliseconds)} ms, " +
                    $"{Show.Rate(measured.Gigaflops)} GFLOP/s");
            }

            machine.PrintRungs(parsed, device, terminal);
            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn bench gemm --size 1024",
            "nativecnn bench gemm --rows 256 --inner 4096 --columns 4096 --transpose-b");
    }
}
