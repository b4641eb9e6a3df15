using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class GlobalMeanMaxPoolTests
{
    public static TheoryData<string, (int Batch, int Channels, int Length)> Shapes =>
        TestDevices.Times<(int, int, int)>([(3, 5, 17), (1, 1, 1), (2, 3, 200), (4, 7, 2), (2, 9, 48), (1, 2, 103)]);

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
        Tensor<int> argMax = device.Allocate<int>(pool.ArgMax);
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
    [MemberData(nameof(Shapes))]
    public void GlobalMeanMaxPool_WithoutArgMax_GivesTheSameBits(
        string selector, (int Batch, int Channels, int Length) shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var pool = new GlobalMeanMaxPool(device, shape.Batch, shape.Channels, shape.Length);
        Tensor<float> y = device.Allocate<float>(pool.Output);
        Tensor<float> alone = device.Allocate<float>(pool.Output);
        foreach (float[] values in new[]
        {
            Randoms.Normal(pool.Input.Length, seed: 1), Randoms.WithSpecialValues(pool.Input.Length, seed: 2),
        })
        {
            Tensor<float> x = device.Upload<float>(pool.Input, values);

            pool.Forward(x, y, device.Allocate<int>(pool.ArgMax));
            pool.Forward(x, alone, argMax: null);

            Assert.Equal(Bits(y), Bits(alone));
        }

        // Which of several NaN a sum becomes is decided by the order of operands in machine code, by the compiler.
        static int[] Bits(Tensor<float> tensor) =>
            Array.ConvertAll(tensor.ToArray(), value => float.IsNaN(value) ? float.NaN : value).ToBits();
    }

    /// <summary>In any lane of a vector or behind the last: a NaN wins, infinities of both signs make none.</summary>
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void GlobalMeanMaxPool_NotANumberAnywhere_Wins(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        const int Length = 37;
        var pool = new GlobalMeanMaxPool(device, Length, 2, Length);
        float[] values = Randoms.Normal(pool.Input.Length, seed: 1);
        for (int clip = 0; clip < Length; clip++)
        {
            int row = 2 * clip * Length;
            values[row + clip] = float.NaN;
            values[row + Length + clip] = float.PositiveInfinity;
            values[row + Length + ((clip + 1) % Length)] = float.NegativeInfinity;
        }

        Tensor<float> y = device.Allocate<float>(pool.Output);
        Tensor<int> argMax = device.Allocate<int>(pool.ArgMax);
        pool.Forward(device.Upload<float>(pool.Input, values), y, argMax);

        Assert.Equal(Enumerable.Range(0, 2 * Length).Select(i => i / 2), argMax.ToArray());
        Assert.Equal(
            Enumerable.Range(0, Length).SelectMany(_ => new[] { float.NaN, float.PositiveInfinity }),
            y.ToArray().Where((_, i) => i % 4 >= 2));
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void GlobalMeanMaxPool_EqualsAndNotANumber_TheFirstWins(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var pool = new GlobalMeanMaxPool(device, 1, 2, 4);
        Tensor<float> y = device.Allocate<float>(pool.Output);
        Tensor<int> argMax = device.Allocate<int>(pool.ArgMax);

        pool.Forward(device.Upload<float>(pool.Input, [1, 3, 3, 2, 5, float.NaN, 9, float.NaN]), y, argMax);

        Assert.Equal([1, 1], argMax.ToArray());
        Assert.Equal([2.25f, float.NaN, 3, float.NaN], y.ToArray());
    }
}
