// Pooling 2/2 over time, and over all time. Backward, a maximum's gradient is put among a window's zeros.
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tools.Benchmarking;

internal static partial class OperatorCases
{
    private static List<KernelCase> Pooling(CaseSizes sizes)
    {
        Pool1dShape pool = PoolOf(Article(sizes));
        List<KernelCase> cases =
        [
            MaxForward(pool), MaxBackward(pool), AverageForward(pool), AverageBackward(pool),
            MeanMax(pool, backward: false), MeanMax(pool, backward: true),
        ];
        if (sizes >= CaseSizes.Usual)
        {
            Shape large = LargeOutput;
            cases.Add(MaxForward(new Pool1dShape(large[0], large[1], large[2], Window: 2, Stride: 2)));
        }

        return cases;
    }

    private static KernelCase MaxForward(Pool1dShape s) => Case<MaxPool1d>(
        "max-pool.forward", Describe(s), s.Operations, s.Input.Length + (2.0 * s.Output.Length),
        device =>
        {
            Tensor<float> x = Noise(device, s.Input), y = Zeros(device, s.Output);
            Tensor<int> argMax = device.Allocate<int>(s.Output);
            return () =>
            {
                var pool = new MaxPool1d(device, s);
                return () => pool.Forward(x, y, argMax);
            };
        }) with
    {
        Resizing = new CaseResizing(
            "BATCHxCHANNELSxLENGTH", n => MaxForward(s with { Batch = n[0], Channels = n[1], Length = n[2] })),
    };

    private static KernelCase MaxBackward(Pool1dShape s) => Case<MaxPool1d>(
        "max-pool.backward", Describe(s), s.MaxBackwardOperations, s.Input.Length + (2.0 * s.Output.Length),
        device =>
        {
            Tensor<float> x = Noise(device, s.Input), y = Noise(device, s.Output), dX = Zeros(device, s.Input);
            Tensor<int> argMax = device.Allocate<int>(s.Output);
            return () =>
            {
                var pool = new MaxPool1d(device, s);
                pool.Forward(x, y, argMax); // Backward needs the places of its maxima, and takes y for dY.
                return () => pool.Backward(y, argMax, dX);
            };
        });

    private static KernelCase AverageForward(Pool1dShape s) => Case<AveragePool1d>(
        "average-pool.forward", Describe(s), s.Operations, (double)s.Input.Length + s.Output.Length,
        device =>
        {
            Tensor<float> x = Noise(device, s.Input), y = Zeros(device, s.Output);
            return () =>
            {
                var pool = new AveragePool1d(device, s);
                return () => pool.Forward(x, y);
            };
        });

    private static KernelCase AverageBackward(Pool1dShape s) => Case<AveragePool1d>(
        "average-pool.backward", Describe(s), s.Operations, (double)s.Input.Length + s.Output.Length,
        device =>
        {
            Tensor<float> dY = Noise(device, s.Output), dX = Zeros(device, s.Input);
            return () =>
            {
                var pool = new AveragePool1d(device, s);
                return () => pool.Backward(dY, dX);
            };
        });

    private static KernelCase MeanMax(Pool1dShape s, bool backward) => Case<GlobalMeanMaxPool>(
        backward ? "global-mean-max-pool.backward" : "global-mean-max-pool.forward", Describe(s),
        (double)GlobalMeanMaxPool.OperationsOfElement * s.Input.Length,
        s.Input.Length + (3.0 * s.Batch * s.Channels),
        device =>
        {
            var values = new Shape(s.Batch, 2 * s.Channels);
            Tensor<float> x = Noise(device, s.Input), y = Noise(device, values), dX = Zeros(device, s.Input);
            Tensor<int> argMax = device.Allocate<int>(new Shape(s.Batch, s.Channels));
            return () =>
            {
                var pool = new GlobalMeanMaxPool(device, s.Batch, s.Channels, s.Length);
                pool.Forward(x, y, argMax);
                return backward ? () => pool.Backward(y, argMax, dX) : () => pool.Forward(x, y, argMax);
            };
        });

    private static string Describe(Pool1dShape s) => $"{s.Batch} x {s.Channels} x {s.Length}";
}
