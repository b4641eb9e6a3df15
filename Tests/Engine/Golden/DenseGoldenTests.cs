using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Golden;

/// <summary>The dense layer against PyTorch's nn.Linear: files `layer-dense*`.</summary>
public sealed class DenseGoldenTests
{
    public static TheoryData<string> Files => GoldenFolder.Family("layer-dense");

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public void Dense_OutputAndGradients_AreThoseOfPyTorch(string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        GoldenTensor<float> input = golden.Floats("input");
        GoldenTensor<float> weight = golden.Floats("weight");
        int inputs = input.Shape[^1];
        DenseShape shape = new(input.Values.Length / inputs, inputs, weight.Shape[0]);
        foreach (string selector in TestDevices.Selectors)
        {
            ComputeDevice device = TestDevices.Get(selector);
            Tensor<float> Upload(string tensor, Shape of) => device.Upload<float>(of, golden.Floats(tensor).Values);
            Tensor<float> x = Upload("input", shape.Input);
            Tensor<float> w = Upload("weight", shape.Weight);
            Tensor<float>? bias = golden.Has("bias") ? Upload("bias", shape.Bias) : null;
            Tensor<float> dY = Upload("grad_output", shape.Output);
            Tensor<float> y = device.Allocate<float>(shape.Output);
            Tensor<float> dX = device.Allocate<float>(shape.Input);
            Tensor<float> dWeight = device.Allocate<float>(shape.Weight);
            Tensor<float>? dBias = bias is null ? null : device.Allocate<float>(shape.Bias);

            var dense = new Dense(device, shape);
            dense.Forward(x, w, bias, y);
            dense.BackwardInput(dY, w, dX);
            dense.BackwardWeight(x, dY, dWeight, dBias);

            AssertClose(golden, "output", selector, y);
            AssertClose(golden, "grad_input", selector, dX);
            AssertClose(golden, "grad_weight", selector, dWeight);
            if (dBias is not null)
            {
                AssertClose(golden, "grad_bias", selector, dBias);
            }
        }
    }

    private static void AssertClose(GoldenFile golden, string tensor, string selector, Tensor<float> ours)
    {
        float[] expected = golden.Floats(tensor).Values;
        float[] got = ours.ToArray();
        Assert.Equal(expected.Length, got.Length);
        for (int i = 0; i < got.Length; i++)
        {
            Assert.True(
                Math.Abs(got[i] - expected[i]) <= 2e-5 * Math.Max(1, Math.Abs(expected[i])),
                $"{golden.Name} on {selector}, {tensor}[{i}]: got {got[i]:G9}, " +
                $"{golden.Producer} gives {expected[i]:G9}");
        }
    }
}
