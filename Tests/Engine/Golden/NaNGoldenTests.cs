// What a NaN of an input does to outputs and gradients, against PyTorch: it is in all that depends on it, and in
// nothing else. The law over all operators is NaNLawTests.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Golden;

public sealed class NaNGoldenTests
{
    public static TheoryData<string, string> BatchNorms => TestDevices.TimesGolden("nan-batchnorm1d-");

    public static TheoryData<string, string> Elus => TestDevices.TimesGolden("nan-elu-");

    [SkippableTheory]
    [MemberData(nameof(BatchNorms))]
    public void BatchNorm1d_WithANaN_AgreesWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        int[] input = golden.Floats("input").Shape;
        var shape = new BatchNormShape(input[0], input[1], input[2]);
        var norm = new BatchNorm1d(device, shape);
        Tensor<float> x = device.Upload(golden.Floats("input"));
        Tensor<float> gamma = device.Upload(golden.Floats("weight"));
        Tensor<float> beta = device.Upload(golden.Floats("bias"));
        Tensor<float> statistics = device.Allocate<float>(shape.Statistics);
        Tensor<float> y = device.Allocate<float>(shape.Values);
        Tensor<float> dX = device.Allocate<float>(shape.Values);
        Tensor<float> dGamma = device.Allocate<float>(shape.PerChannel);
        Tensor<float> dBeta = device.Allocate<float>(shape.PerChannel);

        norm.Train(
            x, gamma, beta, device.Allocate<float>(shape.PerChannel), device.Allocate<float>(shape.PerChannel),
            statistics, y);
        norm.Backward(x, gamma, beta, statistics, device.Upload(golden.Floats("grad_output")), dGamma, dBeta, dX);

        Closeness.Close(golden.Floats("output"), y.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("grad_input"), dX.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("grad_weight"), dGamma.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("grad_bias"), dBeta.ToArray(), 2e-5);
    }

    [SkippableTheory]
    [MemberData(nameof(Elus))]
    public void Elu_WithANaN_AgreesWithPyTorch(string selector, string name) =>
        GoldenFunction.AgreesWithPyTorch(selector, name, 2e-5, x =>
        {
            var elu = new Activation<Elu>(x.Device, x.Length);
            return (elu.Forward, (x, y, dY, dX) => elu.Backward(x, dY, dX));
        });
}
