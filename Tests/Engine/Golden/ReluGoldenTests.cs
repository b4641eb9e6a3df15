// ReLU against PyTorch: output, and the backward pass for the file's upstream gradient.
using NativeCnn.Engine.Operators;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Golden;

public sealed class ReluGoldenTests
{
    public static TheoryData<string, string> Files => TestDevices.TimesGolden("layer-relu");

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public void Relu_ForwardAndBackward_AgreeWithPyTorch(string selector, string name) =>
        GoldenFunction.AgreesWithPyTorch(selector, name, 0, x =>
        {
            var relu = new Activation<Relu>(x.Device, x.Length);
            return (relu.Forward, (x, y, dY, dX) => relu.Backward(y, dY, dX));
        });
}
