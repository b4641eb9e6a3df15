using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class GlobalMeanMaxPoolTests
{
    public static TheoryData<string, (int Batch, int Channels, int Length)> Shapes =>
        TestDevices.Times<(int, int, int)>([(3, 5, 17), (1, 1, 1), (2, 3, 200), (4, 7, 2)]);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void GlobalMeanMaxPool_ForwardAndGradient_AreTheFormula(
        string selector, (int Batch, int Channels, int Length) shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var pool = new GlobalMeanMaxPool(device, shape.Batch, shape.Channels, shape.Length);
        float[] values = Randoms.Normal(pool.Input.Length, seed: 1);
        float[] upstream = Randoms.Normal(pool.Output.Length, seed: 2);
        Tensor<float> y = device.Allocate<float>(pool.Output);
        Tensor<int> argMax = device.Allocate<int>(pool.Winners);
        Tensor<float> dX = device.Upload<float>(pool.Input, values);

        pool.Forward(device.Upload<float>(pool.Input, values), y, argMax);
        pool.Backward(device.Upload<float>(pool.Output, upstream), argMax, dX);

        Closeness.Close(
            "y", y.ToArray().ToDouble(), Reference(values.ToDouble()), 1e-6, shape.Batch, 2 * shape.Channels);
        GradientCheck.Of(
            "global pooling", inputs => Reference(inputs[0]), [values.ToDouble()], 0, upstream.ToDouble(),
            dX.ToArray());

        double[] Reference(double[] x)
        {
            double[][] rows = [.. x.Chunk(shape.Length)];
            return
            [
                .. rows.Chunk(shape.Channels).SelectMany(
                    clip => clip.Select(row => row.Average()).Concat(clip.Select(row => row.Max()))),
            ];
        }
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void GlobalMeanMaxPool_EqualsAndNotANumber_TheFirstWins(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var pool = new GlobalMeanMaxPool(device, 1, 2, 4);
        Tensor<float> y = device.Allocate<float>(pool.Output);
        Tensor<int> argMax = device.Allocate<int>(pool.Winners);

        pool.Forward(device.Upload<float>(pool.Input, [1, 3, 3, 2, 5, float.NaN, 9, float.NaN]), y, argMax);

        Assert.Equal([1, 1], argMax.ToArray());
        Assert.Equal([2.25f, float.NaN, 3, float.NaN], y.ToArray());
    }
}
