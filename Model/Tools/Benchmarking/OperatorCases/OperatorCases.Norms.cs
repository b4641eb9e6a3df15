// Normalisations. Parameters and statistics are left out of the bytes.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tools.Benchmarking;

internal static partial class OperatorCases
{
    private static List<KernelCase> Norms(CaseSizes sizes)
    {
        Shape s = Article(sizes).Output;
        var batch = new BatchNormShape(s[0], s[1], s[2]);
        var layer = new LayerNormShape(s[0], s[1], s[2]);
        var group = new GroupNormShape(s[0], s[1], s[2], Groups: 8);
        List<KernelCase> cases =
        [
            BatchNorm(batch, BatchNormPass.Train), BatchNorm(batch, BatchNormPass.Infer),
            BatchNorm(batch, BatchNormPass.Backward), NormReluPoolOf(batch, 2, backward: false),
            NormReluPoolOf(batch, 2, backward: true), Fold(Article(sizes).Weight), LayerNormOf(layer, backward: false),
            LayerNormOf(layer, backward: true), GroupNormOf(group, backward: false), GroupNormOf(group, backward: true),
        ];
        if (sizes >= CaseSizes.Usual)
        {
            Shape large = LargeOutput;
            cases.Add(BatchNorm(new BatchNormShape(large[0], large[1], large[2]), BatchNormPass.Train));
        }

        if (sizes >= CaseSizes.Large)
        {
            Shape large = LargeOutput;
            cases.AddRange(
            [
                LayerNormOf(new LayerNormShape(large[0], large[1], large[2]), backward: false),
                LayerNormOf(new LayerNormShape(large[0], large[1], large[2]), backward: true),
            ]);
        }

        return cases;
    }

    private static KernelCase BatchNorm(BatchNormShape s, BatchNormPass pass)
    {
        long count = s.Values.Length;
        (string name, double operations, double numbers) = pass switch
        {
            BatchNormPass.Train => ("batch-norm.train", s.Operations, 2.0 * count),
            BatchNormPass.Infer => ("batch-norm.infer", 2 * count, 2.0 * count), // One multiplication and one addition.
            _ => ("batch-norm.backward", s.BackwardOperations, 3.0 * count),
        };
        return Case<BatchNorm1d>(name, Describe(s.Values), operations, numbers, device =>
        {
            Tensor<float> x = Noise(device, s.Values), y = Zeros(device, s.Values), dY = Noise(device, s.Values);
            Tensor<float> gamma = Noise(device, s.PerChannel), beta = Noise(device, s.PerChannel);
            Tensor<float> mean = Zeros(device, s.PerChannel), variance = Ones(device, s.PerChannel);
            Tensor<float> statistics = Zeros(device, s.Statistics), dX = Zeros(device, s.Values);
            Tensor<float> dGamma = Zeros(device, s.PerChannel), dBeta = Zeros(device, s.PerChannel);
            return () =>
            {
                var norm = new BatchNorm1d(device, s);
                norm.Train(x, gamma, beta, mean, variance, statistics, y); // Backward needs its statistics.
                return pass switch
                {
                    BatchNormPass.Train => () => norm.Train(x, gamma, beta, mean, variance, statistics, y),
                    BatchNormPass.Infer => () => norm.Infer(x, gamma, beta, mean, variance, statistics, y),
                    _ => () => norm.Backward(x, gamma, beta, statistics, dY, dGamma, dBeta, dX),
                };
            };
        });
    }

    // A comparison a value for ReLU and the windows; backward makes each value again.
    private static KernelCase NormReluPoolOf(BatchNormShape s, int window, bool backward)
    {
        double values = s.Values.Length;
        double pooled = (double)s.Batch * s.Channels * (s.Length / window);
        return Case<NormReluPool>(
            $"norm-relu-pool.{(backward ? "backward" : "train")}", $"{Describe(s.Values)}, windows of {window}",
            values + (backward ? s.BackwardOperations : s.Operations), (backward ? 2 * values : values) + pooled,
            device =>
            {
                Tensor<float> x = Noise(device, s.Values), dX = Zeros(device, s.Values);
                Tensor<float> gamma = Noise(device, s.PerChannel), beta = Noise(device, s.PerChannel);
                Tensor<float> mean = Zeros(device, s.PerChannel), variance = Ones(device, s.PerChannel);
                Tensor<float> statistics = Zeros(device, s.Statistics);
                Tensor<float> dGamma = Zeros(device, s.PerChannel), dBeta = Zeros(device, s.PerChannel);
                return () =>
                {
                    var fused = new NormReluPool(device, s, window);
                    Tensor<float> y = Noise(device, fused.Output);
                    fused.Train(x, gamma, beta, mean, variance, statistics, y); // Backward needs its statistics.
                    return backward
                        ? () => fused.Backward(x, gamma, beta, statistics, y, dGamma, dBeta, dX)
                        : () => fused.Train(x, gamma, beta, mean, variance, statistics, y);
                };
            }) with
        { HasTies = true };
    }

    // 1 multiplication a weight; a filter's scale and bias are left out.
    private static KernelCase Fold(Shape s) => Case<BatchNormFold>(
        "batch-norm-fold", Describe(s), s.Length, 2.0 * s.Length, device =>
        {
            var perFilter = new Shape(s[0]);
            Tensor<float> weight = Noise(device, s), bias = Noise(device, perFilter), gamma = Noise(device, perFilter);
            Tensor<float> beta = Noise(device, perFilter), mean = Noise(device, perFilter);
            Tensor<float> variance = Ones(device, perFilter);
            Tensor<float> foldedWeight = Zeros(device, s), foldedBias = Zeros(device, perFilter);
            return () =>
            {
                var fold = new BatchNormFold(device, s, Epsilon);
                return () => fold.Fold(weight, bias, gamma, beta, mean, variance, foldedWeight, foldedBias);
            };
        });

    private static KernelCase LayerNormOf(LayerNormShape s, bool backward) => NormOf(
        "layer-norm", Describe(s.Values), backward, s.Operations, s.BackwardOperations, s.Values, s.Statistics,
        device => new LayerNorm(device, s, Epsilon));

    private static KernelCase GroupNormOf(GroupNormShape s, bool backward) => NormOf(
        "group-norm", $"{Describe(s.Values)}, {s.Groups} groups", backward, s.Operations, s.BackwardOperations,
        s.Values, s.Statistics, device => new GroupNorm(device, s, Epsilon));

    private static KernelCase NormOf<TNorm>(
        string name, string shape, bool backward, long operations, long backwardOperations, Shape values,
        Shape statisticsShape, Func<ComputeDevice, TNorm> make)
        where TNorm : INormalization => Case<TNorm>(
        $"{name}.{(backward ? "backward" : "forward")}", shape, backward ? backwardOperations : operations,
        (backward ? 3.0 : 2.0) * values.Length,
        device =>
        {
            var channels = new Shape(values[1]);
            Tensor<float> x = Noise(device, values), y = Zeros(device, values), dX = Zeros(device, values);
            Tensor<float> gamma = Noise(device, channels), beta = Noise(device, channels);
            Tensor<float> dGamma = Zeros(device, channels), dBeta = Zeros(device, channels);
            Tensor<float> statistics = Zeros(device, statisticsShape);
            return () =>
            {
                TNorm norm = make(device);
                norm.Forward(x, gamma, beta, statistics, y); // Backward needs its statistics, and takes y for dY.
                return backward
                    ? () => norm.Backward(x, gamma, statistics, y, dGamma, dBeta, dX)
                    : () => norm.Forward(x, gamma, beta, statistics, y);
            };
        });

    /// <summary><c>64 x 64 x 97</c>.</summary>
    private static string Describe(Shape s) => string.Join(" x ", Enumerable.Range(0, s.Rank).Select(i => s[i]));

    private enum BatchNormPass
    {
        Train,
        Infer,
        Backward,
    }
}
