// Normalisations. Parameters and statistics are left out of the bytes.
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
            BatchNorm(batch, BatchNormPass.Backward), Fold(Article(sizes).Weight), LayerNormOf(layer, backward: false),
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

    private static KernelCase LayerNormOf(LayerNormShape s, bool backward) => Case<LayerNorm>(
        backward ? "layer-norm.backward" : "layer-norm.forward", Describe(s.Values),
        backward ? s.BackwardOperations : s.Operations, (backward ? 3.0 : 2.0) * s.Values.Length,
        device =>
        {
            Tensor<float> x = Noise(device, s.Values), y = Zeros(device, s.Values);
            Tensor<float> gamma = Noise(device, s.PerChannel), beta = Noise(device, s.PerChannel);
            Tensor<float> statistics = Zeros(device, s.Statistics), dX = Zeros(device, s.Values);
            Tensor<float> dGamma = Zeros(device, s.PerChannel), dBeta = Zeros(device, s.PerChannel);
            return () =>
            {
                var norm = new LayerNorm(device, s, Epsilon);
                norm.Forward(x, gamma, beta, statistics, y); // Backward needs its statistics, and takes y for dY.
                return backward
                    ? () => norm.Backward(x, gamma, statistics, y, dGamma, dBeta, dX)
                    : () => norm.Forward(x, gamma, beta, statistics, y);
            };
        });

    private static KernelCase GroupNormOf(GroupNormShape s, bool backward) => Case<GroupNorm>(
        backward ? "group-norm.backward" : "group-norm.forward", $"{Describe(s.Values)}, {s.Groups} groups",
        backward ? s.BackwardOperations : s.Operations, (backward ? 3.0 : 2.0) * s.Values.Length,
        device =>
        {
            Tensor<float> x = Noise(device, s.Values), y = Zeros(device, s.Values);
            Tensor<float> gamma = Noise(device, s.PerChannel), beta = Noise(device, s.PerChannel);
            Tensor<float> statistics = Zeros(device, s.Statistics), dX = Zeros(device, s.Values);
            Tensor<float> dGamma = Zeros(device, s.PerChannel), dBeta = Zeros(device, s.PerChannel);
            return () =>
            {
                var norm = new GroupNorm(device, s, Epsilon);
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
