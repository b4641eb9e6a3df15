using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class GatherRowsTests
{
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void GatherRows_OfAShuffledOrder_CopiesRowsAndLabels(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        const int All = 23, Rows = 5, RowLength = 37, Start = 4;
        float[] values = Randoms.Normal(All * RowLength, seed: 3);
        int[] labels = [.. Enumerable.Range(100, All)];
        int[] order = [.. Enumerable.Range(0, All).Select(i => i * 7 % All)];
        Tensor<float> y = device.Allocate<float>(new Shape(Rows, RowLength));
        Tensor<int> targets = device.Allocate<int>(new Shape(Rows));

        new GatherRows(device, Rows, RowLength).Gather(
            device.Upload<float>(new Shape(All, RowLength), values), device.Upload<int>(new Shape(All), labels),
            device.Upload<int>(new Shape(All), order), Start, y, targets);

        int[] taken = order[Start..(Start + Rows)];
        Assert.Equal(taken.SelectMany(row => values[(row * RowLength)..((row + 1) * RowLength)]), y.ToArray());
        Assert.Equal(taken.Select(row => labels[row]), targets.ToArray());
    }

    [Fact]
    public void GatherRows_PastTheEndOfTheOrder_IsAnError()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Tensor<float> rows = device.Allocate<float>(new Shape(3, 2));
        Tensor<int> labels = device.Allocate<int>(new Shape(3));

        Assert.Throws<ArgumentException>(() =>
            new GatherRows(device, 2, 2).Gather(
                rows, labels, labels, 2, device.Allocate<float>(new Shape(2, 2)), device.Allocate<int>(new Shape(2))));
    }
}
