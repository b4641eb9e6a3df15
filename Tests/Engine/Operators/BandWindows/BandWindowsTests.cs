using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class BandWindowsTests
{
    public static TheoryData<string, BandWindowsShape> Cases => TestDevices.Times<BandWindowsShape>(
    [
        new(2, 5, 3, Bands: 3, Stride: 2, Padding: 1), new(1, 1, 1, Bands: 1), new(3, 8, 5, Bands: 2, Stride: 2),
        new(2, 7, 2, Bands: 2, Stride: 5), new(2, 6, 300, Bands: 6, Padding: 5),
        new(1, 4, 1, Bands: 5, Stride: 1, Padding: 3),
    ]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void BandWindows_Forward_PutsNeighbouringBandsBehindOneAnother(string selector, BandWindowsShape shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] x = Randoms.Normal(shape.Input.Length, seed: 1);
        x[^1] = float.NaN;
        Tensor<float> y = device.Upload<float>(shape.Output, Randoms.Normal(shape.Output.Length, seed: 2));

        new BandWindows(device, shape).Forward(device.Upload<float>(shape.Input, x), y);

        Assert.Equal(Windows(x, shape), y.ToArray());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void BandWindows_Gradient_MatchesFiniteDifferences(string selector, BandWindowsShape shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        double[] x = Randoms.Normal(shape.Input.Length, seed: 1).ToDouble();
        float[] upstream = Randoms.Normal(shape.Output.Length, seed: 2);
        Tensor<float> dX = device.Upload<float>(shape.Input, Randoms.Normal(shape.Input.Length, seed: 3));

        new BandWindows(device, shape).Backward(device.Upload<float>(shape.Output, upstream), dX);

        GradientCheck.Of(
            "windows of bands", inputs => Windows(inputs[0], shape), [x], 0, upstream.ToDouble(), dX.ToArray());
    }

    [Fact]
    public void BandWindows_OnTheHost_AllocatesNothing()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", workers: 1);
        var shape = new BandWindowsShape(4, 9, 16, Bands: 3, Stride: 2, Padding: 1);
        var windows = new BandWindows(device, shape);
        Tensor<float> x = device.Allocate<float>(shape.Input), y = device.Allocate<float>(shape.Output);

        long allocated = Allocated.By(() =>
        {
            windows.Forward(x, y);
            windows.Backward(y, x);
        });

        Assert.Equal(0, allocated);
    }

    [Theory]
    [InlineData(2, 5, 3, 6, 1, 0, "windows of 6 bands were asked for, of 5 bands and 0 of zeros at each end")]
    [InlineData(2, 5, 3, 2, 1, 2, "a padding of 2 bands makes windows of 2 that see none")]
    [InlineData(2, 5, 3, 2, 6, 0, "a stride of 6 bands is more than the 5 there are")]
    [InlineData(9, 100_000, 100_000, 2, 1, 0, "more than the")]
    public void BandWindows_WhatMakesNoWindows_IsRefused(
        int batch, int inputBands, int width, int bands, int stride, int padding, string says)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new BandWindows(
            TestDevices.Get("cpu"), new BandWindowsShape(batch, inputBands, width, bands, stride, padding)));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    /// <summary>y[b, g, r] = x[b, g stride - padding + r], 0 outside.</summary>
    private static T[] Windows<T>(T[] x, BandWindowsShape s)
    {
        T[] y = new T[s.Output.Length];
        for (int row = 0; row < y.Length / s.Width; row++)
        {
            int clip = row / (s.Windows * s.Bands);
            int band = (row / s.Bands % s.Windows * s.Stride) - s.Padding + (row % s.Bands);
            if (band >= 0 && band < s.InputBands)
            {
                Array.Copy(x, ((clip * s.InputBands) + band) * s.Width, y, row * s.Width, s.Width);
            }
        }

        return y;
    }
}
