// ReLU against PyTorch: output, and the backward pass for the file's upstream gradient.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Golden;

public sealed class ReluGoldenTests
{
    public static TheoryData<string, string> Files => TestDevices.TimesGolden("layer-relu");

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public void Relu_ForwardAndBackward_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        GoldenTensor<float> input = golden.Floats("input");
        var shape = new Shape(input.Values.Length);
        Tensor<float> x = device.Upload<float>(shape, input.Values);
        Tensor<float> y = device.Allocate<float>(shape);
        Tensor<float> dX = device.Allocate<float>(shape);
        var relu = new Activation<Relu>(device, shape.Length);

        relu.Forward(x, y);
        relu.Backward(y, device.Upload<float>(shape, golden.Floats("grad_output").Values), dX);

        Closeness.Close(golden.Floats("output"), y.ToArray(), 0);
        Closeness.Close(golden.Floats("grad_input"), dX.ToArray(), 0);
    }
}
