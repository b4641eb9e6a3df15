// nativecnn bench: how fast this machine does the work that the peers were measured with.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;
using NativeCnn.Model.Presets;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Commands;

internal static class BenchCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "bench", "Measures a kind of work: the median of its repetitions, after a third as long of warm-up.")
        {
            Train(terminal),
            BenchInfer(terminal),
            Features(terminal),
            Gemm(terminal),
            Fft(terminal),
            Network(
                "layers",
                "Where the time of a training step goes: each layer's forward and backward pass with its rates, and " +
                "the share of the device's own limits, measured first.", terminal, [], Layers),
            Kernels(terminal),
            BenchDataCommand.Create(terminal),
        };
        return command.WithExamples(
            "nativecnn bench train --batch-size 64 --filters 64",
            "nativecnn bench gemm --size 1024 --device cpu --json",
            "nativecnn bench kernels --device cuda");
    }

    private static Command Train(Terminal terminal)
    {
        Option<string> graph = CommonOptions.Graph();
        return Network(
            "train", "One training step of a network with Adam.", terminal, [graph],
            (parsed, device, work, seconds, json, terminal) => Train(
                device, work, CommonOptions.ToGraphMode(parsed.GetValue(graph)!), seconds, json, terminal));
    }

    private static Command BenchInfer(Terminal terminal)
    {
        Option<string> from = OptionOf.Choice(
            "--from",
            "What comes in: features, which are on the device; or waveform, samples on the host, copied, made into " +
            "features and their logits copied back: what a live detector pays a window. --coefficients are then those " +
            "of the features, and --frames follow from them.", "features", "features", "waveform");
        Option<string?> chain = CommonOptions.Features("Of a waveform; absent: those of the model.");
        Option<int> rate = OptionOf.Integer("--sample-rate", "Samples a second of a waveform.", 8000, 100, 384_000);
        Option<double> length = OptionOf.Number(
            "--clip-seconds", "Seconds of a waveform.", 1, new Interval(0.01, 600));
        return Network(
            "infer", "A network from features, or from samples, to logits.", terminal, [from, chain, rate, length],
            (parsed, device, work, seconds, json, terminal) =>
            {
                if (parsed.GetValue(from) == "features")
                {
                    Print(
                        Throughput.Infer(device, work, seconds), $"infer/{work.Model}", device, work, json, terminal);
                    return;
                }

                string name = parsed.GetValue(chain)
                    ?? NetworkPresets.Find(work.Model)?.Features ?? FeaturePresets.DefaultName;
                FeatureOptions features = FeaturePresets.Resolve(name, parsed.GetValue(rate), () => 0);
                if (features.Kind == FeatureKind.Mfcc)
                {
                    features = features with { Coefficients = Math.Min(work.Coefficients, features.MelBands) };
                }

                int samples = (int)(parsed.GetValue(rate) * parsed.GetValue(length));
                (Measurement measured, Shape shape) = Throughput.InferFromWaveform(
                    device, work, features, samples, seconds);
                work = work with { Coefficients = shape[1], Frames = shape[2] };
                Print(measured, $"infer-waveform/{work.Model}", device, work, json, terminal);
            });
    }

    private static Command Network(
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
        var machine = new MachineOptions();
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

    private static void Train(
        ComputeDevice device, NetworkWork work, GraphMode graph, double seconds, bool json, Terminal terminal)
    {
        StepMeasurement step = Throughput.Train(device, work, seconds, graph, line => terminal.Warn([line]));
        Measurement measured = step.Time;
        double rate = work.BatchSize / measured.Milliseconds * 1000;
        if (json)
        {
            terminal.Json(
                new TrainBenchRecord(
                    $"train/{work.Model}", work.BatchSize, work.Coefficients, work.Frames, work.Filters, work.Taps,
                    work.Classes, device.Info.Selector, device.Workers.Count, measured.Milliseconds, rate,
                    measured.Gigaflops, step.Launches, step.Replayed),
                CliJson.Default.TrainBenchRecord);
            return;
        }

        string launches = Show.Launches(step.Launches, step.Replayed);

        terminal.Line($"train/{work.Model} on {device.Info.Selector}, {Describe(work)}: " +
            $"{Show.Rate(measured.Milliseconds)} ms a step, {Show.Count(rate)} samples/s, " +
            $"{Show.Rate(measured.Gigaflops)} GFLOP/s{(launches.Length > 0 ? ", " : "")}{launches}");
    }

    private static void Print(
        Measurement measured, string benchmark, ComputeDevice device, NetworkWork work, bool json, Terminal terminal)
    {
        double rate = work.BatchSize / measured.Milliseconds * 1000;
        if (json)
        {
            terminal.Json(
                new InferBenchRecord(
                    benchmark, work.BatchSize, work.Coefficients, work.Frames, work.Filters, work.Taps,
                    work.Classes, device.Info.Selector, device.Workers.Count, measured.Milliseconds, rate,
                    measured.Gigaflops),
                CliJson.Default.InferBenchRecord);
            return;
        }

        terminal.Line($"{benchmark} on {device.Info.Selector}, {Describe(work)}: " +
            $"{Show.Rate(measured.Milliseconds)} ms a batch, {Show.Count(rate)} samples/s, " +
            $"{Show.Rate(measured.Gigaflops)} GFLOP/s");
    }

    private static void Layers(
        ParseResult parsed, ComputeDevice device, NetworkWork work, double seconds, bool json, Terminal terminal)
    {
        IReadOnlyList<LayerMeasurement> parts = LayerBenchmark.Run(device, work, seconds, terminal.Cancellation);
        if (!json)
        {
            terminal.Line($"layers/{work.Model} on {device.Info.Selector}, {Describe(work)}");
            terminal.Lines(LayerBenchTable.Of(parts));
            return;
        }

        foreach (LayerMeasurement one in parts)
        {
            terminal.Json(
                new LayerBenchRecord(
                    $"layers/{work.Model}", one.Stage, one.Pass, work.BatchSize, device.Info.Selector,
                    device.Workers.Count, one.Microseconds, one.Gigaflops, one.GigabytesPerSecond, one.ShareOfLimit),
                CliJson.Default.LayerBenchRecord);
        }
    }

    private static string Describe(NetworkWork work) =>
        $"batch {work.BatchSize} of [{work.Coefficients}, {work.Frames}], {work.Filters} filters";

    private static Command Features(Terminal terminal)
    {
        Option<int> sampleRate = OptionOf.Integer("--sample-rate", "Samples a second.", 8000, 100, 384_000);
        Option<int> fft = OptionOf.Integer("--fft", "Samples of a frame's Fourier transform.", 256, 2, 65_536);
        Option<int> hop = OptionOf.Integer("--hop", "Samples from a frame to the next.", 80, 1, 65_536);
        Option<int> mels = OptionOf.Integer("--mels", "Bands of the mel filterbank.", 40, 1, 4096);
        Option<int> coefficients = OptionOf.Integer("--coefficients", "Coefficients kept.", 40, 1, 4096);
        Option<int> batch = OptionOf.Integer("--batch-size", "Clips of one second at a time.", 64, 1, 4096);
        var machine = new MachineOptions();
        var command = new Command("features", "MFCC of clips of one second.")
        {
            sampleRate, fft, hop, mels, coefficients, batch,
        };
        machine.AddTo(command);
        command.SetAction(parsed =>
        {
            FeatureOptions options = FeatureOptions.Mfcc(parsed.GetValue(sampleRate)) with
            {
                FftSize = parsed.GetValue(fft),
                HopLength = parsed.GetValue(hop),
                MelBands = parsed.GetValue(mels),
                Coefficients = parsed.GetValue(coefficients),
            };
            options.Validate("these features");
            using ComputeDevice device = machine.Open(parsed).RemarkingTo(terminal);
            int clips = parsed.GetValue(batch);
            Measurement measured = Throughput.Features(device, options, clips, parsed.GetValue(machine.Seconds));
            Print(measured, device, options, clips, parsed.GetValue(machine.Json), terminal);
            machine.PrintRungs(parsed, device, terminal);
            terminal.Cancellation.ThrowIfCancellationRequested();
            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn bench features --sample-rate 16000 --fft 512 --hop 160 --mels 80 --coefficients 20");
    }

    private static void Print(
        Measurement measured, ComputeDevice device, FeatureOptions options, int batch, bool json, Terminal terminal)
    {
        double timesRealTime = batch / measured.Milliseconds * 1000;
        if (json)
        {
            terminal.Json(
                new FeaturesBenchRecord(
                    "features/mfcc", batch, options.SampleRate, options.FftSize, options.HopLength, options.MelBands,
                    options.Coefficients, device.Info.Selector, device.Workers.Count, measured.Milliseconds,
                    timesRealTime),
                CliJson.Default.FeaturesBenchRecord);
            return;
        }

        terminal.Line($"features/mfcc on {device.Info.Selector}, {batch} clips of 1 s at {options.SampleRate} Hz, " +
            $"fft {options.FftSize}, hop {options.HopLength}, {options.MelBands} mels, " +
            $"{options.Coefficients} coefficients: {Show.Rate(measured.Milliseconds)} ms a batch, " +
            $"{Show.Count(timesRealTime)} x real time");
    }

    private static Command Gemm(Terminal terminal)
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
        var machine = new MachineOptions();
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
            ThrowUnlessFits((long)shape.M * shape.K, "--rows times --inner");
            ThrowUnlessFits((long)shape.K * shape.N, "--inner times --columns");
            ThrowUnlessFits((long)shape.M * shape.N, "--rows times --columns");
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

    private static Command Fft(Terminal terminal)
    {
        Option<int> length = OptionOf.Integer("--length", "Samples of a row.", 512, 2, 1 << 20);
        Option<int> batch = OptionOf.Integer("--batch", "Rows.", 6400, 1, 1 << 20);
        var machine = new MachineOptions();
        var command = new Command("fft", "Fourier transforms of real rows; one of N counts as 2.5 N log2 N operations.")
        {
            length, batch,
        };
        machine.AddTo(command);
        command.SetAction(parsed =>
        {
            (int samples, int rows) = (parsed.GetValue(length), parsed.GetValue(batch));
            ThrowUnlessFits((long)samples * rows, "--length times --batch");
            using ComputeDevice device = machine.Open(parsed).RemarkingTo(terminal);
            Measurement measured = Throughput.Fourier(device, rows, samples, parsed.GetValue(machine.Seconds));
            terminal.Cancellation.ThrowIfCancellationRequested();
            if (parsed.GetValue(machine.Json))
            {
                terminal.Json(
                    new FftBenchRecord(
                        $"fft/{samples}", samples, rows, device.Info.Selector, device.Workers.Count,
                        measured.Milliseconds, measured.Gigaflops),
                    CliJson.Default.FftBenchRecord);
            }
            else
            {
                terminal.Line($"fft/{samples} on {device.Info.Selector}, {rows} rows: " +
                    $"{Show.Rate(measured.Milliseconds)} ms, {Show.Rate(measured.Gigaflops)} GFLOP/s");
            }

            machine.PrintRungs(parsed, device, terminal);
            return ExitCodes.Done;
        });
        return command.WithExamples("nativecnn bench fft --length 512 --batch 6400");
    }

    private static void ThrowUnlessFits(long numbers, string what)
    {
        const int most = 1 << 28;
        if (numbers > most)
        {
            throw new InputException($"{what} is {numbers} numbers: give sizes of at most {most}");
        }
    }

    private static Command Kernels(Terminal terminal)
    {
        Option<string?> filter = OptionOf.Text("--filter", "TEXT", "Only kernels with this in their name: conv1d.");
        var machine = new MachineOptions(seconds: 0.2);
        var command = new Command(
            "kernels",
            "Every rung of the hot operators: time, rates, and the share of the device's own peak, which a copy and " +
            "a multiply-add kernel measure first; above 100 % where data comes from a cache. --seconds is for each.")
        {
            filter,
        };
        machine.AddTo(command);
        command.SetAction(parsed =>
        {
            using ComputeDevice device = machine.Open(parsed).RemarkingTo(terminal);
            bool json = parsed.GetValue(machine.Json);
            if (!json)
            {
                terminal.Line($"{device.Info.Selector}, {device.Info.Name}; * the device's own choice");
                terminal.Line(KernelBenchTable.Header);
            }

            foreach (KernelMeasurement one in KernelBenchmark.Run(
                device, parsed.GetValue(filter), parsed.GetValue(machine.Seconds), terminal.Cancellation))
            {
                if (json)
                {
                    terminal.Json(
                        new KernelBenchRecord(
                            $"kernels/{one.Name}", one.Shape, device.Info.Selector, device.Workers.Count, one.Rung,
                            one.IsDefault, one.Microseconds, one.Gigaflops, one.GigabytesPerSecond, one.ShareOfPeak),
                        CliJson.Default.KernelBenchRecord);
                }
                else
                {
                    terminal.Line(KernelBenchTable.Row(one));
                }
            }

            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn bench kernels --device opencl --filter matmul", "nativecnn bench kernels --device cpu --json");
    }

    /// <summary>Where a benchmark runs and how it prints.</summary>
    private sealed class MachineOptions(double seconds = 3)
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
                terminal.Lines(RungTable.Of(device));
            }
        }
    }
}
