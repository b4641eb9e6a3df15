// Sigmoid, softmax and the losses against PyTorch: output, and the backward pass for the file's upstream gradient.
using System.Text.Json;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Golden;

public sealed class LossGoldenTests
{
    private const double Tolerance = 2e-5;

    public static TheoryData<string, string> Sigmoids => GoldenLimits.Covered("layer-sigmoid");

    public static TheoryData<string, string> Softmaxes => GoldenLimits.Covered("layer-softmax");

    public static TheoryData<string, string> LogSoftmaxes => GoldenLimits.Covered("layer-log_softmax");

    public static TheoryData<string, string> CrossEntropies => GoldenLimits.Covered("layer-cross_entropy");

    public static TheoryData<string, string> BinaryCrossEntropies => GoldenLimits.Covered("layer-bce_with_logits");

    [SkippableTheory]
    [MemberData(nameof(Sigmoids))]
    public void Sigmoid_ForwardAndBackward_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> x = Upload(device, golden.Floats("input"));
        Tensor<float> y = device.Allocate<float>(x.Shape);
        Tensor<float> dX = device.Allocate<float>(x.Shape);
        var sigmoid = new Activation<Sigmoid>(device, x.Length);

        sigmoid.Forward(x, y);
        sigmoid.Backward(y, Upload(device, golden.Floats("grad_output")), dX);

        Closeness.Close(golden.Floats("output"), y.ToArray(), Tolerance);
        Closeness.Close(golden.Floats("grad_input"), dX.ToArray(), Tolerance);
    }

    [SkippableTheory]
    [MemberData(nameof(Softmaxes))]
    public void Softmax_ForwardAndBackward_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        (Tensor<float> x, Tensor<float> dY) = UploadRows(device, golden);
        Tensor<float> y = device.Allocate<float>(x.Shape);
        Tensor<float> dX = device.Allocate<float>(x.Shape);
        var softmax = new Softmax(device, x.Shape[0], x.Shape[1]);

        softmax.Forward(x, y);
        softmax.Backward(y, dY, dX);

        Closeness.Close(golden.Floats("output"), y.ToArray(), Tolerance);
        Closeness.Close(golden.Floats("grad_input"), dX.ToArray(), Tolerance);
    }

    [SkippableTheory]
    [MemberData(nameof(LogSoftmaxes))]
    public void LogSoftmax_ForwardAndBackward_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        (Tensor<float> x, Tensor<float> dY) = UploadRows(device, golden);
        Tensor<float> y = device.Allocate<float>(x.Shape);
        Tensor<float> dX = device.Allocate<float>(x.Shape);
        var softmax = new LogSoftmax(device, x.Shape[0], x.Shape[1]);

        softmax.Forward(x, y);
        softmax.Backward(y, dY, dX);

        Closeness.Close(golden.Floats("output"), y.ToArray(), Tolerance);
        Closeness.Close(golden.Floats("grad_input"), dX.ToArray(), Tolerance);
    }

    [SkippableTheory]
    [MemberData(nameof(CrossEntropies))]
    public void SoftmaxCrossEntropy_LossAndGradient_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> x = Upload(device, golden.Floats("input"));
        int[] labels = Array.ConvertAll(golden.Integers("target").Values, label => checked((int)label));
        Tensor<int> targets = device.Upload<int>(new Shape(labels.Length), labels);
        Tensor<float>? weights = golden.Has("class_weight") ? Upload(device, golden.Floats("class_weight")) : null;
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        Tensor<float> dX = device.Allocate<float>(x.Shape);
        float smoothing =
            golden.Config.TryGetProperty("label_smoothing", out JsonElement share) ? share.GetSingle() : 0f;
        var entropy = new SoftmaxCrossEntropy(device, x.Shape[0], x.Shape[1], smoothing);

        entropy.ForwardBackward(x, targets, weights, loss, dX);

        Closeness.Close(golden.Floats("output"), loss.ToArray(), Tolerance);
        Closeness.Close(golden.Floats("grad_input"), Upstream(golden, dX), Tolerance);
        loss.Clear();
        entropy.Forward(x, targets, weights, loss);
        Closeness.Close(golden.Floats("output"), loss.ToArray(), Tolerance);
    }

    [SkippableTheory]
    [MemberData(nameof(BinaryCrossEntropies))]
    public void SigmoidCrossEntropy_LossAndGradient_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> x = Upload(device, golden.Floats("input"));
        Tensor<float> targets = Upload(device, golden.Floats("target"));
        Tensor<float>? weights = golden.Has("pos_weight") ? Upload(device, golden.Floats("pos_weight")) : null;
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        Tensor<float> dX = device.Allocate<float>(x.Shape);
        var entropy = new SigmoidCrossEntropy(device, x.Shape[0], x.Shape[1]);

        entropy.ForwardBackward(x, targets, weights, loss, dX);

        Closeness.Close(golden.Floats("output"), loss.ToArray(), Tolerance);
        Closeness.Close(golden.Floats("grad_input"), Upstream(golden, dX), Tolerance);
        loss.Clear();
        entropy.Forward(x, targets, weights, loss);
        Closeness.Close(golden.Floats("output"), loss.ToArray(), Tolerance);
    }

    private static Tensor<float> Upload(ComputeDevice device, GoldenTensor<float> tensor) =>
        device.Upload<float>(new Shape(tensor.Shape), tensor.Values);

    /// <summary>Input and upstream gradient as [rows, classes]; the softmax is over the last axis.</summary>
    private static (Tensor<float> X, Tensor<float> DY) UploadRows(ComputeDevice device, GoldenFile golden)
    {
        GoldenTensor<float> input = golden.Floats("input");
        var shape = new Shape(input.Values.Length / input.Shape[^1], input.Shape[^1]);
        return (
            device.Upload<float>(shape, input.Values),
            device.Upload<float>(shape, golden.Floats("grad_output").Values));
    }

    /// <summary>Our gradient is that of the mean loss; the file's is that times its upstream gradient.</summary>
    private static float[] Upstream(GoldenFile golden, Tensor<float> gradient)
    {
        float upstream = golden.Has("grad_output") ? golden.Floats("grad_output").Values[0] : 1f;
        return Array.ConvertAll(gradient.ToArray(), value => value * upstream);
    }
}
