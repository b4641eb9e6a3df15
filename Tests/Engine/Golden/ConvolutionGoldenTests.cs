// Convolution and pooling against PyTorch: output, and the backward pass for the file's upstream gradient.
using System.Text.Json;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Golden;

public sealed class ConvolutionGoldenTests
{
    public static TheoryData<string, string> Convolutions => Cases("layer-conv1d-");

    public static TheoryData<string, string> MaxPools => Cases("layer-maxpool1d-");

    public static TheoryData<string, string> AveragePools => Cases("layer-avgpool1d-");

    [SkippableTheory]
    [MemberData(nameof(Convolutions))]
    public void Conv1d_ForwardAndBackward_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        int[] input = golden.Floats("input").Shape;
        int[] weights = golden.Floats("weight").Shape;
        int dilation = Setting(golden, "dilation", 1);
        (int before, int? after) = Padding(golden, dilation * (weights[2] - 1));
        var shape = new Conv1dShape(
            input[0], input[1], input[2], weights[0], weights[2], Setting(golden, "stride", 1), before, dilation,
            Setting(golden, "groups", 1), after);
        Tensor<float> x = device.Upload(golden.Floats("input"));
        Tensor<float> weight = device.Upload(golden.Floats("weight"));
        Tensor<float>? bias = golden.Has("bias") ? device.Upload(golden.Floats("bias")) : null;
        Tensor<float> dY = device.Upload(golden.Floats("grad_output"));
        Tensor<float> y = device.Allocate<float>(shape.Output);
        Tensor<float> dX = device.Allocate<float>(shape.Input);
        Tensor<float> dWeight = device.Allocate<float>(shape.Weight);
        Tensor<float>? dBias = bias is null ? null : device.Allocate<float>(shape.Bias);
        var conv = new Conv1d(device, shape);

        conv.Forward(x, weight, bias, y);
        conv.BackwardInput(dY, weight, dX);
        conv.BackwardWeight(x, dY, dWeight, dBias);

        Near.All($"{name} output", golden.Floats("output").Values, y.ToArray());
        Near.All($"{name} grad_input", golden.Floats("grad_input").Values, dX.ToArray());
        Near.All($"{name} grad_weight", golden.Floats("grad_weight").Values, dWeight.ToArray());
        if (dBias is not null)
        {
            Near.All($"{name} grad_bias", golden.Floats("grad_bias").Values, dBias.ToArray());
        }
    }

    [SkippableTheory]
    [MemberData(nameof(MaxPools))]
    public void MaxPool1d_ForwardAndBackward_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        Pool1dShape shape = PoolShape(golden);
        Tensor<float> y = device.Allocate<float>(shape.Output);
        Tensor<int> argMax = device.Allocate<int>(shape.Output);
        Tensor<float> dX = device.Allocate<float>(shape.Input);
        var pool = new MaxPool1d(device, shape);

        pool.Forward(device.Upload(golden.Floats("input")), y, argMax);
        pool.Backward(device.Upload(golden.Floats("grad_output")), argMax, dX);

        Near.All($"{name} output", golden.Floats("output").Values, y.ToArray());
        Near.All($"{name} grad_input", golden.Floats("grad_input").Values, dX.ToArray());
    }

    [SkippableTheory]
    [MemberData(nameof(AveragePools))]
    public void AveragePool1d_ForwardAndBackward_AgreeWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        Pool1dShape shape = PoolShape(golden);
        Tensor<float> y = device.Allocate<float>(shape.Output);
        Tensor<float> dX = device.Allocate<float>(shape.Input);
        var pool = new AveragePool1d(device, shape, Flag(golden, "count_include_pad", true));

        pool.Forward(device.Upload(golden.Floats("input")), y);
        pool.Backward(device.Upload(golden.Floats("grad_output")), dX);

        Near.All($"{name} output", golden.Floats("output").Values, y.ToArray());
        Near.All($"{name} grad_input", golden.Floats("grad_input").Values, dX.ToArray());
    }

    private static TheoryData<string, string> Cases(string prefix) =>
        TestDevices.Times(GoldenFolder.Family(prefix).Cast<object[]>().Select(row => (string)row[0]));

    private static Pool1dShape PoolShape(GoldenFile golden)
    {
        int[] input = golden.Floats("input").Shape;
        int window = Setting(golden, "kernel_size", Setting(golden, "kernel", 0));
        return new Pool1dShape(
            input[0], input[1], input[2], window, Setting(golden, "stride", window), Setting(golden, "padding", 0),
            Flag(golden, "ceil_mode", false));
    }

    /// <summary>A number, or `same` or `causal`, for which zeros make the output as long as the input.</summary>
    private static (int Before, int? After) Padding(GoldenFile golden, int total)
    {
        if (!golden.Config.TryGetProperty("padding", out JsonElement padding))
        {
            return (0, null);
        }

        return padding.ValueKind == JsonValueKind.Number ? (padding.GetInt32(), null) : padding.GetString() switch
        {
            "same" => (total / 2, total - (total / 2)),
            "causal" => (total, 0),
            string other => throw new InvalidDataException($"{golden.Name}: a padding of \"{other}\""),
            null => throw new InvalidDataException($"{golden.Name}: a padding of null"),
        };
    }

    private static bool Flag(GoldenFile golden, string name, bool absent) =>
        golden.Config.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : absent;

    private static int Setting(GoldenFile golden, string name, int absent) =>
        golden.Config.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : absent;
}
