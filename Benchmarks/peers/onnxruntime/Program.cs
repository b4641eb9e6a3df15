// An exported network in ONNX Runtime on the processor: what `nativecnn bench infer` does with it. Each argument is a
// case, FILE:BATCH:NUMBERS, and gives one JSON object of a line: {"case": ..., "value": clips a second}.
//   network.onnx:BATCH:CHANNELS:FRAMES    features in, logits out
//   model.onnx:BATCH:SAMPLES              sound in, probabilities out
// Inputs and outputs are allocated once; the session is that of the default options, all optimisations on.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;

string secondsText = Environment.GetEnvironmentVariable("PEER_SECONDS") ?? "3";
double seconds = double.Parse(secondsText, CultureInfo.InvariantCulture);
string threadsText = Environment.GetEnvironmentVariable("PEER_THREADS") ?? $"{Environment.ProcessorCount}";
int threads = int.Parse(threadsText, CultureInfo.InvariantCulture);
foreach (string one in args)
{
    string[] words = one.Split(':');
    long[] shape = [.. words[1..].Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
    using var options = new SessionOptions { IntraOpNumThreads = threads };
    using var session = new InferenceSession(words[0], options);
    var random = new Random(1);
    float[] x = [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f)];
    string output = session.OutputNames[0];
    long classes = session.OutputMetadata[output].Dimensions[^1];
    float[] y = new float[shape[0] * classes];
    using OrtValue input = OrtValue.CreateTensorValueFromMemory(x, shape);
    using OrtValue result = OrtValue.CreateTensorValueFromMemory(y, [shape[0], classes]);
    using var run = new RunOptions();
    double median = Median(
        () => session.Run(run, [session.InputNames[0]], [input], [output], [result]), seconds);
    Console.WriteLine(FormattableString.Invariant($$"""{"case":"{{one}}","value":{{shape[0] / median:F3}}}"""));
}

return 0;

// The median time of a call, in seconds, over as many as the time allows, after a fifth of it to warm up.
static double Median(Action action, double seconds)
{
    var clock = Stopwatch.StartNew();
    do
    {
        action();
    }
    while (clock.Elapsed.TotalSeconds < seconds / 5);

    List<double> times = [];
    clock.Restart();
    do
    {
        long start = Stopwatch.GetTimestamp();
        action();
        times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
    while (clock.Elapsed.TotalSeconds < seconds || times.Count < 3);

    times.Sort();
    return times[times.Count / 2];
}
