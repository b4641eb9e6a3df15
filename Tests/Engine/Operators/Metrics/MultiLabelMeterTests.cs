using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class MultiLabelMeterTests
{
    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Devices))]
    public void MultiLabelMeter_Batches_CountRowsWhoseLabelsAreAllRight(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var totals = new MeterTotals(device);
        double lossSum = 0;
        long correct = 0;
        foreach ((int rows, int classes) in ((int, int)[])[(64, 2), (300, 3), (5, 1)])
        {
            float[] values = Randoms.Normal(rows * classes, seed: rows);
            float[] labels = [.. Enumerable.Range(0, rows * classes).Select(i => i * 31 % 3 == 0 ? 1f : 0.2f)];

            new MultiLabelMeter(device, rows, classes, totals).Add(
                device.Upload<float>(new Shape(rows, classes), values),
                device.Upload<float>(new Shape(rows, classes), labels),
                device.Upload<float>(new Shape(1), [0.5f]));

            lossSum += 0.5 * rows;
            correct += Enumerable.Range(0, rows).Count(row => Enumerable.Range(row * classes, classes)
                .All(i => values[i] > 0 == labels[i] > 0.5f));
        }

        Assert.Equal((lossSum, correct, 369L), totals.Read());
        Assert.InRange(correct, 1, 368);
    }
}
