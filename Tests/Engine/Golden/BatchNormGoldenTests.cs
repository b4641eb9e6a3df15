// Batch normalisation against PyTorch: output, running statistics, and the backward pass for the file's gradient.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Golden;

public sealed class BatchNormGoldenTests
{
    public static TheoryData<string, string> Files => TestDevices.TimesGolden("layer-batchnorm1d-");

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public void BatchNorm1d_ForwardAndBackward_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        int[] input = golden.Floats("input").Shape;
        var shape = new BatchNormShape(input[0], input[1], input.Length > 2 ? input[2] : 1);
        bool trained = name.Contains("-train", StringComparison.Ordinal);
        var norm = new BatchNorm1d(
            device, shape, relu: false, golden.Config.GetProperty("momentum").GetSingle(),
            golden.Config.GetProperty("eps").GetSingle());
        Tensor<float> x = device.Upload(golden.Floats("input"));
        Tensor<float> gamma = device.Upload(golden.Floats("weight"));
        Tensor<float> beta = device.Upload(golden.Floats("bias"));
        Tensor<float> mean = device.Upload(golden.Floats("running_mean"));
        Tensor<float> variance = device.Upload(golden.Floats("running_var"));
        Tensor<float> statistics = device.Allocate<float>(shape.Statistics);
        Tensor<float> y = device.Allocate<float>(shape.Values);
        Tensor<float> dX = device.Allocate<float>(shape.Values);
        Tensor<float> dGamma = device.Allocate<float>(shape.PerChannel);
        Tensor<float> dBeta = device.Allocate<float>(shape.PerChannel);

        if (trained)
        {
            norm.Train(x, gamma, beta, mean, variance, statistics, y);
        }
        else
        {
            norm.Infer(x, gamma, beta, mean, variance, statistics, y);
        }

        norm.Backward(
            x, gamma, beta, statistics, device.Upload(golden.Floats("grad_output")), dGamma, dBeta, dX, trained);

        Closeness.Close(golden.Floats("output"), y.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("grad_input"), dX.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("grad_weight"), dGamma.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("grad_bias"), dBeta.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("running_mean_after"), mean.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("running_var_after"), variance.ToArray(), 2e-5);
    }
}
