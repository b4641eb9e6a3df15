using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class PoolingTests
{
    public static TheoryData<string, Pool1dShape> Shapes => TestDevices.Times<Pool1dShape>(
    [
        new(2, 3, 10, 2, 2),
        new(2, 3, 97, 2, 2),
        new(1, 3, 27, 2, 2),
        new(1, 2, 71, 2, 2, Padding: 1),
        new(2, 2, 20, 3, 2, Padding: 1),
        new(2, 3, 11, 4, 1),
        new(2, 3, 403, 4, 4),
        new(1, 3, 67, 4, 4),
        new(1, 1, 1, 1, 1),
        new(1, 2, 17, 3, 5),
        new(2, 1, 9, 5, 3, Padding: 2),

        // The last window reaches past the input or its padding, by a step or more, or would not begin inside.
        new(2, 3, 11, 2, 2, CeilMode: true),
        new(2, 3, 10, 2, 2, CeilMode: true),
        new(1, 3, 67, 2, 2, CeilMode: true),
        new(2, 2, 20, 3, 2, Padding: 1, CeilMode: true),
        new(1, 2, 12, 3, 4, Padding: 1, CeilMode: true),
        new(1, 2, 11, 3, 4, Padding: 1, CeilMode: true),
        new(2, 1, 11, 5, 3, Padding: 2, CeilMode: true),
        new(1, 2, 20, 7, 5, CeilMode: true),
        new(1, 2, 16, 2, 5, CeilMode: true),
        new(1, 2, 3, 4, 2, CeilMode: true),

        // Many windows, which go as vectors: strides below, at and above the window, more than a piece of them, borders.
        new(2, 2, 100, 3, 2, Padding: 1),
        new(1, 2, 600, 5, 1, Padding: 2),
        new(1, 1, 800, 3, 3),
        new(1, 2, 1000, 8, 3, Padding: 4, CeilMode: true),
        new(1, 2, 300, 3, 5),
        new(1, 2, 65, 6, 2, Padding: 3, CeilMode: true),
        new(1, 1, 560, 4, 2),

        // Long windows, one of them over all time.
        Pool1dShape.OverAllTime(2, 3, 75),
        new(1, 2, 400, 90, 35, Padding: 20, CeilMode: true),
    ]);

    /// <summary>Lengths in ceil mode, worked out by hand: of T, window, stride, padding.</summary>
    [Theory]
    [InlineData(10, 2, 2, 0, 5)]
    [InlineData(11, 2, 2, 0, 6)]
    [InlineData(20, 3, 2, 1, 11)]
    [InlineData(19, 3, 4, 1, 5)] // A sixth would begin at 19, behind the last step.
    [InlineData(20, 3, 4, 1, 6)]
    [InlineData(15, 2, 5, 0, 3)] // A fourth would begin at 15.
    [InlineData(16, 2, 5, 0, 4)]
    [InlineData(1, 2, 2, 0, 1)]
    public void Pool1dShape_InCeilMode_HasAWindowForEveryStepThatOneBeginsAt(
        int length, int window, int stride, int padding, int expected)
    {
        var shape = new Pool1dShape(1, 1, length, window, stride, padding, CeilMode: true);

        shape.Validate();

        Assert.Equal(expected, shape.OutputLength);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MaxPool1d_Forward_GivesTheMaximumAndItsPlace(string selector, Pool1dShape shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(shape.Input.Length, seed: 1);
        (float[] y, int[] argMax) = MaxForward(device, shape, values);

        Assert.Equal(ConvolutionReference.MaxPool(shape, values.ToDouble()), y.ToDouble());
        for (int i = 0; i < y.Length; i++)
        {
            Assert.Equal(y[i], values[(i / shape.OutputLength * shape.Length) + argMax[i]]);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MaxPool1d_EqualValues_TheFirstWins(string selector, Pool1dShape shape)
    {
        (_, int[] argMax) = MaxForward(TestDevices.Get(selector), shape, new float[shape.Input.Length]);

        Assert.Equal(
            Enumerable.Range(0, argMax.Length)
                .Select(i => Math.Max(0, (i % shape.OutputLength * shape.Stride) - shape.Padding)),
            argMax);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MaxPool1d_NotANumber_Wins(string selector, Pool1dShape shape)
    {
        float[] values = Randoms.Normal(shape.Input.Length, seed: 1);
        int at = shape.Length / 2;
        values[at] = float.NaN;
        (float[] y, int[] argMax) = MaxForward(TestDevices.Get(selector), shape, values);

        for (int j = 0; j < shape.OutputLength; j++)
        {
            int start = (j * shape.Stride) - shape.Padding;
            bool holds = start <= at && at < start + shape.Window;
            Assert.Equal(holds, float.IsNaN(y[j]));
            Assert.Equal(holds, argMax[j] == at);
        }
    }

    /// <summary>Bits, so that signs of zeros count, and which of two NaN wins.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void MaxPool1d_WithoutArgMax_GivesTheSameBits(string selector, Pool1dShape shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.WithSpecialValues(shape.Input.Length, seed: 1);
        Tensor<float> y = device.Allocate<float>(shape.Output);

        new MaxPool1d(device, shape).Forward(device.Upload<float>(shape.Input, values), y, argMax: null);

        Assert.Equal(MaxForward(device, shape, values).Y.ToBits(), y.ToArray().ToBits());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MaxPool1d_Gradient_MatchesFiniteDifferences(string selector, Pool1dShape shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(shape.Input.Length, seed: 1);
        float[] upstream = Randoms.Normal(shape.Output.Length, seed: 2);
        Tensor<float> dX = device.Upload<float>(shape.Input, values);
        Tensor<int> argMax = device.Allocate<int>(shape.Output);
        var pool = new MaxPool1d(device, shape);

        pool.Forward(device.Upload<float>(shape.Input, values), device.Allocate<float>(shape.Output), argMax);
        pool.Backward(device.Upload<float>(shape.Output, upstream), argMax, dX);

        GradientCheck.Of(
            $"max pooling {shape}", inputs => ConvolutionReference.MaxPool(shape, inputs[0]), [values.ToDouble()], 0,
            upstream.ToDouble(), dX.ToArray());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AveragePool1d_Forward_IsTheFormula(string selector, Pool1dShape shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(shape.Input.Length, seed: 1);
        foreach (bool countIncludePad in new[] { true, false })
        {
            Tensor<float> y = device.Allocate<float>(shape.Output);

            new AveragePool1d(device, shape, countIncludePad).Forward(device.Upload<float>(shape.Input, values), y);

            float[] expected = Array.ConvertAll(
                ConvolutionReference.AveragePool(shape, values.ToDouble(), countIncludePad), value => (float)value);
            Near.All($"average pooling, padding counts: {countIncludePad}", expected, y.ToArray(), 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AveragePool1d_Gradient_MatchesFiniteDifferences(string selector, Pool1dShape shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(shape.Input.Length, seed: 1);
        float[] upstream = Randoms.Normal(shape.Output.Length, seed: 2);
        foreach (bool countIncludePad in new[] { true, false })
        {
            Tensor<float> dX = device.Upload<float>(shape.Input, values);

            new AveragePool1d(device, shape, countIncludePad).Backward(
                device.Upload<float>(shape.Output, upstream), dX);

            GradientCheck.Of(
                $"average pooling {shape}, padding counts: {countIncludePad}",
                inputs => ConvolutionReference.AveragePool(shape, inputs[0], countIncludePad),
                [values.ToDouble()], 0, upstream.ToDouble(), dX.ToArray());
        }
    }

    [Theory]
    [InlineData(8, 2, 2, 2, "half a window")]
    [InlineData(3, 4, 1, 0, "longer")]
    [InlineData(8, 2, 0, 0, "stride")]
    [InlineData(3, 5, 2, 0, "longer", true)]
    [InlineData(8, 2, 2, 2, "half a window", true)]
    public void Pool1d_WrongShape_IsRefusedWithTheReason(
        int length, int window, int stride, int padding, string word, bool ceilMode = false)
    {
        var shape = new Pool1dShape(1, 1, length, window, stride, padding, ceilMode);

        ArgumentException error = Assert.Throws<ArgumentException>(shape.Validate);

        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    private static (float[] Y, int[] ArgMax) MaxForward(ComputeDevice device, Pool1dShape shape, float[] values)
    {
        Tensor<float> y = device.Allocate<float>(shape.Output);
        Tensor<int> argMax = device.Allocate<int>(shape.Output);
        new MaxPool1d(device, shape).Forward(device.Upload<float>(shape.Input, values), y, argMax);
        return (y.ToArray(), argMax.ToArray());
    }
}
