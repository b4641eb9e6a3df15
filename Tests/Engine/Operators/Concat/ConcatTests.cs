using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class ConcatTests
{
    public static TheoryData<string, (int Batch, int[] Widths)> Cases => TestDevices.Times<(int, int[])>(
        [(3, [4, 7]), (1, [1]), (5, [1, 1, 1]), (2, [97, 3, 40, 1]), (700, [5, 9])]);

    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Concat_Forward_PutsTheInputsSideBySide(string selector, (int Batch, int[] Widths) one)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[][] values = [.. one.Widths.Select((width, i) => Randoms.Normal(one.Batch * width, seed: i))];
        values[0][0] = float.NaN;
        var concat = new Concat(device, one.Batch, one.Widths);
        Tensor<float> y = device.Allocate<float>(concat.Output);

        concat.Forward(
            [.. values.Select((input, i) => device.Upload<float>(new Shape(one.Batch, one.Widths[i]), input))], y);

        Assert.Equal(Joined(values, one.Batch), y.ToArray());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Concat_Gradients_MatchFiniteDifferences(string selector, (int Batch, int[] Widths) one)
    {
        ComputeDevice device = TestDevices.Get(selector);
        int batch = Math.Min(one.Batch, 50);
        var concat = new Concat(device, batch, one.Widths);
        double[][] values =
            [.. one.Widths.Select((width, i) => Randoms.Normal(batch * width, seed: i).ToDouble())];
        float[] upstream = Randoms.Normal(concat.Output.Length, seed: 9);
        Tensor<float>[] gradients =
        [
            .. values.Select((input, i) =>
                device.Upload<float>(new Shape(input.Length), Randoms.Normal(input.Length, seed: i))),
        ];

        concat.Backward(device.Upload<float>(concat.Output, upstream), gradients);

        for (int which = 0; which < values.Length; which++)
        {
            GradientCheck.Of(
                "concatenation", inputs => Joined(inputs, batch), values, which, upstream.ToDouble(),
                gradients[which].ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Concat_Backward_LeavesOutWhatNobodyNeeds(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> first = device.Allocate<float>(new Shape(2, 1));
        Tensor<float> last = device.Allocate<float>(new Shape(2, 2));

        new Concat(device, 2, 1, 3, 2).Backward(
            device.Upload<float>(new Shape(2, 6), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), [first, null, last]);

        Assert.Equal([1f, 7], first.ToArray());
        Assert.Equal([5f, 6, 11, 12], last.ToArray());
    }

    [Fact]
    public void Concat_OnTheHost_AllocatesNothing()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", workers: 1);
        var concat = new Concat(device, 8, 5, 7);
        Tensor<float>[] inputs = [device.Allocate<float>(new Shape(8, 5)), device.Allocate<float>(new Shape(8, 7))];
        Tensor<float> y = device.Allocate<float>(concat.Output);

        long allocated = Allocated.By(() =>
        {
            concat.Forward(inputs, y);
            concat.Backward(y, inputs);
        });

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Concat_WhatDoesNotFit_IsRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Tensor<float> four = device.Allocate<float>(new Shape(2, 2));

        Assert.Throws<ArgumentException>(() => new Concat(device, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Concat(device, 2, 2, 0));
        Assert.Throws<ArgumentException>(() => new Concat(device, 100_000, 50_000, 50_000));
        Assert.Equal(
            "a concatenation of 2 tensors was planned, 1 came: give one for each width",
            Assert.Throws<ArgumentException>(() => new Concat(device, 2, 2, 2).Forward([four], four)).Message);
        Assert.Throws<ArgumentException>(() => new Concat(device, 2, 2, 2).Forward([four, four], four));
        Assert.Throws<ArgumentException>(() => new Concat(device, 2, 2).Backward(four, [
            device.Allocate<float>(new Shape(2, 1))]));
    }

    private static T[] Joined<T>(T[][] inputs, int batch) =>
    [
        .. Enumerable.Range(0, batch).SelectMany(clip => inputs.SelectMany(input =>
            input[(clip * (input.Length / batch))..((clip + 1) * (input.Length / batch))])),
    ];
}
