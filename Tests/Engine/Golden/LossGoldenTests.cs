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
    public void Sigmoid_ForwardAndBackward_AgreeWithPyTorch(string selector, string name) =>
        GoldenFunction.AgreesWithPyTorch(selector, name, Tolerance, x =>
        {
            var sigmoid = new Activation<Sigmoid>(x.Device, x.Length);
            return (sigmoid.Forward, (x, y, dY, dX) => sigmoid.Backward(y, dY, dX));
        });

    [SkippableTheory]
    [MemberData(nameof(Softmaxes))]
    public void Softmax_ForwardAndBackward_AgreeWithPyTorch(string selector, string name) =>
        GoldenFunction.AgreesWithPyTorch(selector, name, Tolerance, x =>
        {
            var softmax = new Softmax(x.Device, x.Shape[0], x.Shape[1]);
            return (softmax.Forward, (x, y, dY, dX) => softmax.Backward(y, dY, dX));
        });

    [SkippableTheory]
    [MemberData(nameof(LogSoftmaxes))]
    public void LogSoftmax_ForwardAndBackward_AgreeWithPyTorch(string selector, string name) =>
        GoldenFunction.AgreesWithPyTorch(selector, name, Tolerance, x =>
        {
            var softmax = new LogSoftmax(x.Device, x.Shape[0], x.Shape[1]);
            return (softmax.Forward, (x, y, dY, dX) => softmax.Backward(y, dY, dX));
        });

    [SkippableTheory]
    [MemberData(nameof(CrossEntropies))]
    public void SoftmaxCrossEntropy_LossAndGradient_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> x = device.Upload(golden.Floats("input"));
        int[] labels = Array.ConvertAll(golden.Integers("target").Values, label => checked((int)label));
        Tensor<int> targets = device.Upload<int>(new Shape(labels.Length), labels);
        Tensor<float>? weights = golden.Has("class_weight") ? device.Upload(golden.Floats("class_weight")) : null;
        float smoothing =
            golden.Config.TryGetProperty("label_smoothing", out JsonElement share) ? share.GetSingle() : 0f;
        var entropy = new SoftmaxCrossEntropy(device, x.Shape[0], x.Shape[1], smoothing);

        CheckLoss(
            golden, x, loss => entropy.Forward(x, targets, weights, loss),
            (loss, dX) => entropy.ForwardBackward(x, targets, weights, loss, dX));
    }

    [SkippableTheory]
    [MemberData(nameof(BinaryCrossEntropies))]
    public void SigmoidCrossEntropy_LossAndGradient_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> x = device.Upload(golden.Floats("input"));
        Tensor<float> targets = device.Upload(golden.Floats("target"));
        Tensor<float>? weights = golden.Has("pos_weight") ? device.Upload(golden.Floats("pos_weight")) : null;
        var entropy = new SigmoidCrossEntropy(device, x.Shape[0], x.Shape[1]);

        CheckLoss(
            golden, x, loss => entropy.Forward(x, targets, weights, loss),
            (loss, dX) => entropy.ForwardBackward(x, targets, weights, loss, dX));
    }

    private static void CheckLoss(
        GoldenFile golden, Tensor<float> x, Action<Tensor<float>> forward,
        Action<Tensor<float>, Tensor<float>> forwardBackward)
    {
        Tensor<float> loss = x.Device.Allocate<float>(new Shape(1));
        Tensor<float> dX = x.Device.Allocate<float>(x.Shape);

        forwardBackward(loss, dX);

        Closeness.Close(golden.Floats("output"), loss.ToArray(), Tolerance);
        Closeness.Close(golden.Floats("grad_input"), Upstream(golden, dX), Tolerance);
        loss.Clear();
        forward(loss);
        Closeness.Close(golden.Floats("output"), loss.ToArray(), Tolerance);
    }

    /// <summary>Our gradient is that of the mean loss; the file's is that times its upstream gradient.</summary>
    private static float[] Upstream(GoldenFile golden, Tensor<float> gradient)
    {
        float upstream = golden.Has("grad_output") ? golden.Floats("grad_output").Values[0] : 1f;
        return Array.ConvertAll(gradient.ToArray(), value => value * upstream);
    }
}
