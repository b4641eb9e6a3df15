// What a convolution computes, forward and backward, with numbers small enough to check by hand.
// The filter [1, 0, -1] gives the difference between a sample and the one two steps later:
//   forward          y[l]       = bias + sum_r weight[r] x[l + r]
//   backward         dX[t]      = sum_r weight[r] dY[t - r]       how much each input moved the outputs
//                    dWeight[r] = sum_l dY[l] x[l + r]            how much each tap moved them
//                    dBias      = sum_l dY[l]
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tests.Examples;

public static class ConvolutionStepByStep
{
    public static void Run(TextWriter output)
    {
        using var device = ComputeDevice.Open("cpu");
        var shape = new Conv1dShape(Batch: 1, Channels: 1, Length: 6, Filters: 1, Taps: 3);
        var conv = new Conv1d(device, shape);

        Tensor<float> x = device.Upload<float>(shape.Input, [1, 4, 9, 16, 25, 36]);
        Tensor<float> weight = device.Upload<float>(shape.Weight, [1, 0, -1]);
        Tensor<float> bias = device.Upload<float>(shape.Bias, [10]);
        Tensor<float> y = device.Allocate<float>(shape.Output);
        conv.Forward(x, weight, bias, y);

        // The gradient of a loss with respect to y: here the loss is y[0] + 2 y[1] + 3 y[2] + 4 y[3].
        Tensor<float> dY = device.Upload<float>(shape.Output, [1, 2, 3, 4]);
        Tensor<float> dX = device.Allocate<float>(shape.Input);
        Tensor<float> dWeight = device.Allocate<float>(shape.Weight);
        Tensor<float> dBias = device.Allocate<float>(shape.Bias);
        conv.BackwardInput(dY, weight, dX); // assigns dX
        conv.BackwardWeight(x, dY, dWeight, dBias); // adds to dWeight and dBias

        output.WriteLine($"y       = {Numbers(y)}");
        output.WriteLine($"dX      = {Numbers(dX)}");
        output.WriteLine($"dWeight = {Numbers(dWeight)}");
        output.WriteLine($"dBias   = {Numbers(dBias)}");
    }

    private static string Numbers(Tensor<float> tensor) => string.Join(" ", tensor.ToArray());
}
