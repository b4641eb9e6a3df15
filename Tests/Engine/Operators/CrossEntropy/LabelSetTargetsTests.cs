using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class LabelSetTargetsTests
{
    public static TheoryData<string> Devices => TestDevices.All;

    public static TheoryData<string, int> Sizes => TestDevices.Times<int>([1, 31, 32, 33, 70]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void LabelSetTargets_OfMixedRows_AreTheMixtureOfTheirSets(string selector, int classes)
    {
        ComputeDevice device = TestDevices.Get(selector);
        const int rows = 9;
        const float smoothing = 0.2f;
        int words = LabelSetTargets.WordsOf(classes);
        int[] bits = [.. Enumerable.Range(0, 4 * words).Select(i => unchecked((int)(0x9E37_79B9 * (uint)(i + 1))))];
        int[] first = [.. Enumerable.Range(0, rows).Select(row => row % 4)];
        int[] second = [.. Enumerable.Range(0, rows).Select(row => (row + 1) % 4)];
        float[] shares = [.. Enumerable.Range(0, rows).Select(row => row / 16f)];
        Tensor<int> sets = device.Upload<int>(new Shape(4, words), bits);
        Tensor<float> y = device.Allocate<float>(new Shape(rows, classes));

        new LabelSetTargets(device, rows, classes, smoothing).Fill(
            sets, device.Upload<int>(new Shape(rows), first), y,
            new MixedTargets(
                device.Upload<int>(new Shape(rows), second), device.Upload<float>(new Shape(rows), shares)));

        float[] expected =
        [
            .. from row in Enumerable.Range(0, rows)
               from c in Enumerable.Range(0, classes)
               let share = shares[row]
               select (float)((0.8 * (((1 - share) * Bit(first[row], c)) + (share * Bit(second[row], c)))) + 0.1),
        ];
        Closeness.Close("targets", y.ToArray(), expected, 1e-6, rows, classes);

        int Bit(int set, int c) => (bits[(set * words) + (c / 32)] >> (c % 32)) & 1;
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void LabelSetTargets_OfPlainRows_AreZerosAndOnes(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> y = device.Allocate<float>(new Shape(3, 3));

        new LabelSetTargets(device, 3, 3).Fill(
            device.Upload<int>(new Shape(3, 1), [0b101, 0, 0b010]), device.Upload<int>(new Shape(3), [2, 0, 1]), y);

        Assert.Equal([0f, 1f, 0f, 1f, 0f, 1f, 0f, 0f, 0f], y.ToArray());
    }

    [Fact]
    public void LabelSetTargets_RowThatNamesNoSet_IsRefusedOnTheHost()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var targets = new LabelSetTargets(device, 1, 3);
        Tensor<int> sets = device.Allocate<int>(new Shape(2, 1));
        Tensor<float> y = device.Allocate<float>(new Shape(1, 3));

        Assert.Contains("there are sets 0 to 1", Assert.Throws<ArgumentException>(
            () => targets.Fill(sets, device.Upload<int>(new Shape(1), [2]), y)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => targets.Fill(device.Allocate<int>(new Shape(2, 2)), device.Allocate<int>(new Shape(1)), y));
    }
}
