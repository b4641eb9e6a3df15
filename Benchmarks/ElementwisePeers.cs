// Elementwise operators beside System.Numerics.Tensors, in turns in one process, one thread each: --elementwise SECONDS.
// One JSON object a case, rates in GB/s of what is read and written.
using System.Diagnostics;
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Benchmarks;

/// <summary>Our add, ReLU, sigmoid, tanh and softmax beside those of TensorPrimitives.</summary>
internal static class ElementwisePeers
{
    private const int Length = 64 * 1024;
    private const int Classes = 64;

    /// <summary>Measures and prints all cases.</summary>
    /// <param name="seconds">How long, for each case and side.</param>
    public static void Run(double seconds)
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, Length).Select(_ => (float)((random.NextDouble() * 8) - 4))];
        float[] y = new float[Length];
        Tensor<float> a = device.Upload<float>(new Shape(Length), x);
        Tensor<float> b = device.Upload<float>(new Shape(Length), x);
        Tensor<float> c = device.Allocate<float>(new Shape(Length));
        var add = new Add(device, Length);
        Case("add", 3, seconds, () => add.Forward(a, b, c), () => TensorPrimitives.Add(x, x, y));
        Activate("relu", new Activation<Relu>(device, Length), () => TensorPrimitives.Max(x, 0f, y));
        Activate("sigmoid", new Activation<Sigmoid>(device, Length), () => TensorPrimitives.Sigmoid(x, y));
        Activate("tanh", new Activation<Tanh>(device, Length), () => TensorPrimitives.Tanh(x, y));
        var softmax = new Softmax(device, Length / Classes, Classes);
        Tensor<float> logits = device.Upload<float>(new Shape(Length / Classes, Classes), x);
        Tensor<float> shares = device.Allocate<float>(logits.Shape);
        Case("softmax", 2, seconds, () => softmax.Forward(logits, shares), () =>
        {
            for (int row = 0; row < Length; row += Classes)
            {
                TensorPrimitives.SoftMax(x.AsSpan(row, Classes), y.AsSpan(row, Classes));
            }
        });

        void Activate(string name, Activation activation, Action theirs) =>
            Case(name, 2, seconds, () => activation.Forward(a, c), theirs);
    }

    private static void Case(string name, int streams, double seconds, Action ours, Action theirs)
    {
        (List<double> ofOurs, List<double> ofTheirs) = ([], []);
        var since = Stopwatch.StartNew();
        bool warm = false;
        while (since.Elapsed.TotalSeconds < 2 * seconds)
        {
            if (!warm && since.Elapsed.TotalSeconds > seconds / 2)
            {
                warm = true;
                ofOurs.Clear();
                ofTheirs.Clear();
            }

            ofOurs.Add(Time(ours));
            ofTheirs.Add(Time(theirs));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"case":"{{name}}","nativecnn":{{Rate(ofOurs):F2}},"tensors":{{Rate(ofTheirs):F2}}}"""));

        double Rate(List<double> times)
        {
            times.Sort();
            return 1e-9 * sizeof(float) * streams * Length / times[times.Count / 2];
        }
    }

    private static double Time(Action body)
    {
        long start = Stopwatch.GetTimestamp();
        body();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
