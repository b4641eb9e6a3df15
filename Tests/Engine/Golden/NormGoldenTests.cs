// Group and layer normalisation against PyTorch: output, and the backward pass for the file's gradient.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Golden;

public sealed class NormGoldenTests
{
    public static TheoryData<string, string> GroupNormFiles => TestDevices.TimesGolden("layer-groupnorm-");

    public static TheoryData<string, string> LayerNormFiles => TestDevices.TimesGolden("layer-layernorm-");

    [SkippableTheory]
    [MemberData(nameof(GroupNormFiles))]
    public void GroupNorm_ForwardAndBackward_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        int[] input = golden.Floats("input").Shape;
        var shape = new GroupNormShape(
            input[0], input[1], input.Length > 2 ? input[2] : 1, golden.Config.GetProperty("groups").GetInt32());
        ComputeDevice device = TestDevices.Get(selector);
        var norm = new GroupNorm(device, shape, golden.Config.GetProperty("eps").GetSingle());
        Check(device, golden, shape.Statistics, norm);
    }

    [SkippableTheory]
    [MemberData(nameof(LayerNormFiles))]
    public void LayerNorm_ForwardAndBackward_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        int[] input = golden.Floats("input").Shape;
        var shape = new LayerNormShape(input[0], input[1], input.Length > 2 ? input[2] : 1);
        ComputeDevice device = TestDevices.Get(selector);
        var norm = new LayerNorm(device, shape, golden.Config.GetProperty("eps").GetSingle());
        Check(device, golden, shape.Statistics, norm);
    }

    private static void Check(
        ComputeDevice device, GoldenFile golden, Shape statisticsShape, INormalization norm)
    {
        Tensor<float> x = device.Upload(golden.Floats("input"));
        Tensor<float> gamma = device.Upload(golden.Floats("weight"));
        Tensor<float> beta = device.Upload(golden.Floats("bias"));
        Tensor<float> statistics = device.Allocate<float>(statisticsShape);
        Tensor<float> y = device.Allocate<float>(x.Shape);
        Tensor<float> dX = device.Allocate<float>(x.Shape);
        Tensor<float> dGamma = device.Allocate<float>(gamma.Shape);
        Tensor<float> dBeta = device.Allocate<float>(beta.Shape);

        norm.Forward(x, gamma, beta, statistics, y);
        norm.Backward(x, gamma, statistics, device.Upload(golden.Floats("grad_output")), dGamma, dBeta, dX);

        Closeness.Close(golden.Floats("output"), y.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("grad_input"), dX.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("grad_weight"), dGamma.ToArray(), 2e-5);
        Closeness.Close(golden.Floats("grad_bias"), dBeta.ToArray(), 2e-5);
    }
}
