using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class RowFeedTests
{
    private const int RowLength = 3;

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void RowFeed_OverTwoEpochs_HandsOutTheRowsOfTheOrder(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] source = Randoms.Normal(7 * RowLength, seed: 4);
        int[] labels = [.. Enumerable.Range(100, 7)];
        var feed = new RowFeed(device, new ArrayRows(source, RowLength), labels, mostRows: 3);
        foreach (int[] order in (int[][])[[4, 2, 0, 6, 1, 3, 5], [0, 1, 2, 3, 4, 5, 6]])
        {
            feed.Begin(order);
            foreach (int[] rows in order.Chunk(3))
            {
                Tensor<float> y = device.Allocate<float>(new Shape(rows.Length, RowLength));
                Tensor<int> targets = device.Allocate<int>(new Shape(rows.Length));
                feed.Take(y, targets);
                feed.Prefetch();

                Assert.Equal(rows.SelectMany(row => source[(row * RowLength)..((row + 1) * RowLength)]), y.ToArray());
                Assert.Equal(rows.Select(row => labels[row]), targets.ToArray());
            }
        }
    }

    [Fact]
    public void RowFeed_OverAnEpoch_FillsOneSlotWhileTheOtherIsUsed()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var uploader = new NotingUploader();
        var feed = new RowFeed(
            device, new ArrayRows(new float[5 * RowLength], RowLength), new int[5], mostRows: 2,
            (_, _, _) => uploader);
        feed.Begin([0, 1, 2, 3, 4]);
        foreach (int rows in (int[])[2, 2, 1])
        {
            feed.Take(device.Allocate<float>(new Shape(rows, RowLength)), device.Allocate<int>(new Shape(rows)));
            uploader.Calls.Add("step");
            feed.Prefetch();
        }

        Assert.Equal(
            [
                "free 0", "upload 0: 2", "take 0", "step", "free 1", "upload 1: 2", "take 1", "step", "free 0",
                "upload 0: 1", "take 0", "step",
            ],
            uploader.Calls);
    }

    [Fact]
    public void RowFeed_AskedForOtherRowsThanAreOnTheirWay_Refuses()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var feed = new RowFeed(
            device, new ArrayRows(new float[5 * RowLength], RowLength), new int[5], mostRows: 2);
        feed.Begin([0, 1, 2]);
        Tensor<float> y = device.Allocate<float>(new Shape(1, RowLength));

        Assert.Contains(
            "2 of the order's 3", Assert.Throws<InvalidOperationException>(
                () => feed.Take(y, device.Allocate<int>(new Shape(1)))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => new RowFeed(device, new ArrayRows(new float[7], RowLength), new int[3], mostRows: 2));
    }

    private sealed class NotingUploader : IUploader
    {
        public List<string> Calls { get; } = [];

        public Span<float> Values(int slot)
        {
            Calls.Add($"free {slot}");
            return new float[2 * RowLength];
        }

        public Span<int> Labels(int slot) => new int[2];

        public void Upload(int slot, int values, int labels) => Calls.Add($"upload {slot}: {labels}");

        public void Take(int slot, Tensor<float> y, Tensor<int> targets) => Calls.Add($"take {slot}");

        public void Dispose()
        {
        }
    }
}
