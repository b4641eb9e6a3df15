using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Golden;

/// <summary>Functions of one tensor against PyTorch: output, and the gradient for the file's upstream one.</summary>
internal static class GoldenFunction
{
    /// <summary>Plans the function for x and compares what it gives.</summary>
    /// <param name="selector">The device.</param>
    /// <param name="name">The golden file.</param>
    /// <param name="tolerance">See <see cref="Closeness"/>.</param>
    /// <param name="plan">Gives y of x, and dX of x, y and dY; x is [rows, last axis of the file].</param>
    public static void AgreesWithPyTorch(
        string selector, string name, double tolerance,
        Func<Tensor<float>, (Action<Tensor<float>, Tensor<float>> Forward,
            Action<Tensor<float>, Tensor<float>, Tensor<float>, Tensor<float>> Backward)> plan)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        GoldenTensor<float> input = golden.Floats("input");
        var shape = new Shape(input.Values.Length / input.Shape[^1], input.Shape[^1]);
        Tensor<float> x = device.Upload<float>(shape, input.Values);
        Tensor<float> dY = device.Upload<float>(shape, golden.Floats("grad_output").Values);
        Tensor<float> y = device.Allocate<float>(shape);
        Tensor<float> dX = device.Allocate<float>(shape);
        var function = plan(x);

        function.Forward(x, y);
        function.Backward(x, y, dY, dX);

        Closeness.Close(golden.Floats("output"), y.ToArray(), tolerance);
        Closeness.Close(golden.Floats("grad_input"), dX.ToArray(), tolerance);
    }
}
