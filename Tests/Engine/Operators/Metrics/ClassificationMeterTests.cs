using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class ClassificationMeterTests
{
    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Devices))]
    public void ClassificationMeter_Batches_AddUp(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var totals = new MeterTotals(device);
        double lossSum = 0;
        long correct = 0;
        long rows = 0;
        foreach ((int Rows, int Classes) batch in ((int, int)[])[(64, 10), (1, 10), (300, 10), (300, 3), (5, 1)])
        {
            float[] values = Randoms.Normal(batch.Rows * batch.Classes, seed: batch.Rows);
            int[] labels = [.. Enumerable.Range(0, batch.Rows).Select(row => row * 31 % batch.Classes)];
            Tensor<float> logits = device.Upload<float>(new Shape(batch.Rows, batch.Classes), values);
            Tensor<int> targets = device.Upload<int>(new Shape(batch.Rows), labels);
            Tensor<float> loss = device.Upload<float>(new Shape(1), [0.3f + batch.Rows]);

            new ClassificationMeter(device, batch.Rows, batch.Classes, totals).Add(logits, targets, loss);

            lossSum += batch.Rows * (0.3 + batch.Rows);
            rows += batch.Rows;
            correct += values.Chunk(batch.Classes)
                .Where((row, r) => Array.IndexOf(row, row.Max()) == labels[r]).Count();
        }

        (double LossSum, long Correct, long Rows) read = totals.Read();
        Assert.Equal((correct, rows), (read.Correct, read.Rows));
        Assert.Equal(lossSum, read.LossSum, 1e-6 * lossSum);

        totals.Reset();
        Assert.Equal((0, 0, 0), totals.Read());
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void ClassificationMeter_EqualLogits_NameTheFirst(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var meter = new ClassificationMeter(device, 3, 3);
        Tensor<float> logits = device.Upload<float>(new Shape(3, 3), [5, 5, 5, 1, 5, 5, 1, 5, 5]);
        Tensor<int> targets = device.Upload<int>(new Shape(3), [0, 1, 2]);

        meter.Add(logits, targets, device.Upload<float>(new Shape(1), [2f]));

        Assert.Equal((6.0, 2L, 3L), meter.Read());
        meter.Reset();
        Assert.Equal((0.0, 0L, 0L), meter.Read());
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void ClassificationMeter_OverManyBatches_KeepsItsPrecision(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        int batches = device.IsHost ? 1_000_000 : 2_000;
        var meter = new ClassificationMeter(device, 1, 1);
        Tensor<float> logits = device.Allocate<float>(new Shape(1, 1));
        Tensor<int> targets = device.Allocate<int>(new Shape(1));
        // In float32, adding 0.001 to 2^24 changes nothing.
        meter.Add(logits, targets, device.Upload<float>(new Shape(1), [1 << 24]));
        Tensor<float> small = device.Upload<float>(new Shape(1), [0.001f]);

        for (int batch = 0; batch < batches; batch++)
        {
            meter.Add(logits, targets, small);
        }

        (double LossSum, long Correct, long Rows) read = meter.Read();
        double expected = (1 << 24) + (batches * (double)0.001f);
        Assert.Equal(expected, read.LossSum, 1e-9 * expected);
        Assert.Equal((batches + 1L, batches + 1L), (read.Correct, read.Rows));
    }
}
