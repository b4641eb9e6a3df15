// The work of `nativecnn bench`, done by TorchSharp (libtorch with MKL and oneDNN) on the processor. Each argument is a
// case, KIND:NUMBERS, and gives one JSON object of a line: {"case": ..., "value": ...}.
//   train:MODEL:BATCH:CHANNELS:FRAMES:FILTERS    clips a second of one Adam step        article, deep, raw, small
//   infer:MODEL:BATCH:CHANNELS:FRAMES:FILTERS    clips a second
//   features:RATE:FFT:HOP:MELS:COEFFICIENTS      seconds of sound a second, 64 clips of one second
//   gemm:ROWS:INNER:COLUMNS                      GFLOP/s; gemmt: the right matrix is stored transposed
//   fft:LENGTH:BATCH                             GFLOP/s, a transform counted as 2.5 N log2 N
using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

string seconds = Environment.GetEnvironmentVariable("PEER_SECONDS") ?? "3";
string threads = Environment.GetEnvironmentVariable("PEER_THREADS") ?? $"{Environment.ProcessorCount}";
Clock.Seconds = double.Parse(seconds, CultureInfo.InvariantCulture);
set_num_threads(int.Parse(threads, CultureInfo.InvariantCulture));
foreach (string one in args)
{
    string[] words = one.Split(':');
    int[] sizes = [.. words.Skip(words[0] is "train" or "infer" ? 2 : 1).Select(int.Parse)];
    double? value = words[0] switch
    {
        "train" => Work.Train(Networks.Create(words[1], sizes), sizes),
        "infer" => Work.Infer(Networks.Create(words[1], sizes), sizes),
        "features" => Work.Features(sizes),
        "gemm" => Work.Gemm(sizes, transposed: false),
        "gemmt" => Work.Gemm(sizes, transposed: true),
        "fft" => Work.Fft(sizes),
        _ => null,
    };
    if (value is null)
    {
        Console.Error.WriteLine($"no such case: {one}");
        return 2;
    }

    Console.WriteLine(FormattableString.Invariant($$"""{"case":"{{one}}","value":{{value:F3}}}"""));
}

return 0;

/// <summary>What is measured.</summary>
internal static class Work
{
    private const int Clips = 2700;
    private const int Classes = 10;

    public static double Train(Module<Tensor, Tensor> network, int[] sizes)
    {
        int batch = sizes[0];
        using Tensor features = randn(Clips, sizes[1], sizes[2]);
        using Tensor labels = randint(0, Classes, [Clips], dtype: ScalarType.Int64);
        using Adam optimizer = optim.Adam(network.parameters(), 1e-3);
        using CrossEntropyLoss loss = CrossEntropyLoss();
        network.train();
        int first = 0;
        return batch / Clock.Median(() =>
        {
            using IDisposable scope = NewDisposeScope();
            Tensor x = features.slice(0, first, first + batch, 1);
            Tensor y = labels.slice(0, first, first + batch, 1);
            optimizer.zero_grad();
            loss.forward(network.forward(x), y).backward();
            optimizer.step();
            first = first + (2 * batch) > Clips ? 0 : first + batch;
        });
    }

    public static double Infer(Module<Tensor, Tensor> network, int[] sizes)
    {
        using Tensor x = randn(sizes[0], sizes[1], sizes[2]);
        using IDisposable forwardAlone = no_grad();
        network.eval();
        return sizes[0] / Clock.Median(() => network.forward(x).Dispose());
    }

    public static double Features(int[] sizes)
    {
        const int clips = 64;
        (int rate, int fft, int hop, int mels, int coefficients) = (sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]);
        using Tensor x = randn(clips, rate);
        using Tensor window = hann_window(fft);
        using Tensor bands = rand(mels, (fft / 2) + 1);
        using Tensor cosines = rand(coefficients, mels);
        using IDisposable forwardAlone = no_grad();
        return clips / Clock.Median(() =>
        {
            using IDisposable scope = NewDisposeScope();
            Tensor spectrum = stft(x, fft, hop, fft, center: true, window: window, return_complex: true);
            Tensor decibels = (matmul(bands, spectrum.abs().pow(2)) + 1e-10).log10() * 10;
            matmul(cosines, decibels);
        });
    }

    public static double Gemm(int[] sizes, bool transposed)
    {
        using Tensor a = randn(sizes[0], sizes[1]);
        using Tensor stored = transposed ? randn(sizes[2], sizes[1]) : randn(sizes[1], sizes[2]);
        using Tensor b = transposed ? stored.t() : stored.alias();
        return 2e-9 * sizes[0] * sizes[1] * sizes[2] / Clock.Median(() => matmul(a, b).Dispose());
    }

    public static double Fft(int[] sizes)
    {
        (int length, int batch) = (sizes[0], sizes[1]);
        using Tensor x = randn(batch, length);
        return 2.5e-9 * length * Math.Log2(length) * batch / Clock.Median(() => fft.rfft(x).Dispose());
    }
}

/// <summary>The networks of Model/Presets, layer by layer.</summary>
internal static class Networks
{
    public static Module<Tensor, Tensor> Create(string name, int[] sizes)
    {
        (int channels, int frames, int filters) = (sizes[1], sizes[2], sizes[3]);
        return name switch
        {
            "article" => Sequential(
                Conv1d(channels, filters, 4), ReLU(), MaxPool1d(2, 2), Flatten(),
                Linear(filters * ((frames - 3) / 2), 128), ReLU(), Dropout(0.5), Linear(128, 10)),
            "deep" => Sequential(
                Normed(channels, 64, 3), MaxPool1d(2, 2), Normed(64, 128, 3), MaxPool1d(2, 2), Normed(128, 128, 3),
                new MeanMax(), Dropout(0.5), Linear(256, 10)),
            "raw" => Sequential(
                Normed(channels, 64, 80, stride: 8), MaxPool1d(4, 4), Normed(64, 128, 3), MaxPool1d(4, 4),
                Normed(128, 128, 3), MaxPool1d(2, 2), Normed(128, 128, 3),
                new MeanMax(), Dropout(0.5), Linear(256, 10)),
            "small" => Sequential(
                Sequential(Separable(channels, 128, 11, stride: 2), ReLU()),
                Block(128, 13), Block(64, 15), Block(64, 17),
                Sequential(Separable(64, 128, 29, dilation: 2), ReLU()),
                Normed(128, 128, 1), AdaptiveAvgPool1d(1), Flatten(), Linear(128, 10)),
            _ => throw new ArgumentException($"no such network: {name}"),
        };
    }

    private static Sequential Normed(int inputs, int filters, int taps, int stride = 1) => Sequential(
        Conv1d(inputs, filters, taps, stride: stride, padding: taps / 2, bias: false), BatchNorm1d(filters), ReLU());

    private static Sequential Separable(int inputs, int filters, int taps, int stride = 1, int dilation = 1) =>
        Sequential(
            Conv1d(
                inputs, inputs, taps, stride: stride, padding: dilation * (taps / 2), dilation: dilation,
                groups: inputs, bias: false),
            Conv1d(inputs, filters, 1, bias: false), BatchNorm1d(filters));

    private static Sequential Block(int inputs, int taps) => Sequential(
        new Residual(
            Separable(inputs, 64, taps), Sequential(Conv1d(inputs, 64, 1, bias: false), BatchNorm1d(64))),
        ReLU(), Dropout(0.1));
}

/// <summary>Both branches of a residual block, added.</summary>
internal sealed class Residual : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> body;
    private readonly Module<Tensor, Tensor> shortcut;

    public Residual(Module<Tensor, Tensor> body, Module<Tensor, Tensor> shortcut)
        : base("residual")
    {
        (this.body, this.shortcut) = (body, shortcut);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => body.forward(input) + shortcut.forward(input);
}

/// <summary>Mean and maximum over all time, side by side.</summary>
internal sealed class MeanMax() : Module<Tensor, Tensor>("mean_max")
{
    public override Tensor forward(Tensor input) => cat([input.mean([2L]), input.amax([2L])], 1);
}

/// <summary>The median time of a body over some seconds, after a third as long of warm-up.</summary>
internal static class Clock
{
    public static double Seconds { get; set; } = 3;

    public static double Median(Action body)
    {
        var since = Stopwatch.StartNew();
        do
        {
            body();
        }
        while (since.Elapsed.TotalSeconds < Seconds / 3);

        List<double> times = [];
        since.Restart();
        do
        {
            long start = Stopwatch.GetTimestamp();
            body();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        while (since.Elapsed.TotalSeconds < Seconds);

        times.Sort();
        return times[times.Count / 2];
    }
}
