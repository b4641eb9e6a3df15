using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class ReductionTests
{
    public static TheoryData<string, ReductionShape> Shapes => TestDevices.TimesRungs(
        "reduction",
        new ReductionShape[]
        {
            new(1, 1, 1), new(3, 5, 7), new(2, 100, 1), new(1, 64, 10), new(4, 1, 33), new(2, 5000, 1), new(1, 700, 3),
            new(2, 3, 130), new(3, 70, 8), new(5, 12, 1), new(1, 900, 20),
        });

    public static TheoryData<string> Rungs => TestDevices.EveryRung("reduction");

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Reduction_SumMeanAndMax_AreThoseOfTheMiddleDimension(string selector, ReductionShape shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(shape.Input.Length, seed: 1);
        float[] before = Randoms.Normal(shape.Output.Length, seed: 2);
        Tensor<float> x = device.Upload<float>(shape.Input, values);
        Tensor<float> y = device.Upload<float>(shape.Output, before);
        var reduction = new Reduction(device, shape);
        double[] sums = Reference(shape, values.ToDouble(), 0, (a, b) => a + b);

        reduction.Sum(x, y, accumulate: true);
        AssertClose(sums.Zip(before, (sum, b) => sum + b), y.ToArray());
        reduction.Sum(x, y);
        AssertClose(sums, y.ToArray());
        reduction.Mean(x, y);
        AssertClose(sums.Select(sum => sum / shape.Length), y.ToArray());
        reduction.Max(x, y);
        Assert.Equal(
            Reference(shape, values.ToDouble(), double.NegativeInfinity, Math.Max), y.ToArray().ToDouble());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Reduction_GradientsOfSumAndMean_MatchFiniteDifferences(string selector, ReductionShape shape)
    {
        shape = shape with { Length = Math.Min(shape.Length, 50) };
        ComputeDevice device = TestDevices.Get(selector);
        double[][] inputs = [Randoms.Normal(shape.Input.Length, seed: 3).ToDouble()];
        float[] upstream = Randoms.Normal(shape.Output.Length, seed: 4);
        Tensor<float> dY = device.Upload<float>(shape.Output, upstream);
        Tensor<float> dX = device.Upload<float>(shape.Input, Randoms.Normal(shape.Input.Length, seed: 5));
        var reduction = new Reduction(device, shape);

        reduction.SumBackward(dY, dX);
        GradientCheck.Of(
            "sum", x => Reference(shape, x[0], 0, (a, b) => a + b), inputs, 0, upstream.ToDouble(), dX.ToArray());
        reduction.MeanBackward(dY, dX);
        GradientCheck.Of(
            "mean", x => Reference(shape, x[0], 0, (a, b) => a + (b / shape.Length)), inputs, 0, upstream.ToDouble(),
            dX.ToArray());
    }

    [Theory]
    [MemberData(nameof(Rungs))]
    public void Reduction_OfMillionsOfTerms_KeepsItsDigits(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        // A lane of the simulator is a thread of the machine: a tenth will do there.
        int length = device.Info.Kind == DeviceKind.Simulator ? 400_000 : 10_000_000;
        float[] tenths = new float[length];
        Array.Fill(tenths, 0.1f);
        float[] mixed = new float[length];
        for (int i = 0; i < length; i++)
        {
            mixed[i] = i % 2 == 0 ? 1f : 1e-4f;
        }

        foreach (float[] values in new[] { tenths, mixed })
        {
            foreach (ReductionShape shape in (ReductionShape[])
                [new(1, length, 1), new(1, length / 10, 10), new(1, length / 40, 40)])
            {
                Tensor<float> x = device.Upload<float>(shape.Input, values);
                Tensor<float> y = device.Allocate<float>(shape.Output);
                new Reduction(device, shape).Sum(x, y);
                double[] expected = Reference(shape, values.ToDouble(), 0, (a, b) => a + b);
                AssertClose(expected, y.ToArray(), tolerance: 1e-6);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rungs))]
    public void Reduction_MaxOverANaN_IsNaN(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(300, seed: 6);
        values[77] = float.NaN;
        foreach (ReductionShape shape in new ReductionShape[] { new(1, 300, 1), new(1, 100, 3), new(1, 75, 4) })
        {
            Tensor<float> y = device.Allocate<float>(shape.Output);
            new Reduction(device, shape).Max(device.Upload<float>(shape.Input, values), y);
            float[] got = y.ToArray();
            Assert.True(float.IsNaN(got[77 % shape.Inner]));
            Assert.Equal(1, got.Count(float.IsNaN));
        }
    }

    [Fact]
    public void Reduction_WithAnyNumberOfWorkers_GivesTheSameBits()
    {
        ReductionShape shape = new(3, 20_001, 5);
        float[] values = Randoms.Normal(shape.Input.Length, seed: 7);
        SameBits.ForAnyNumberOfWorkers(device =>
        {
            Tensor<float> y = device.Allocate<float>(shape.Output);
            new Reduction(device, shape).Sum(device.Upload<float>(shape.Input, values), y);
            return [y.ToArray()];
        });
    }

    private static double[] Reference(
        ReductionShape shape, double[] x, double from, Func<double, double, double> combine)
    {
        double[] y = new double[shape.Output.Length];
        Array.Fill(y, from);
        for (int i = 0; i < x.Length; i++)
        {
            int place = (i / shape.Inner / shape.Length * shape.Inner) + (i % shape.Inner);
            y[place] = combine(y[place], x[i]);
        }

        return y;
    }

    private static void AssertClose(IEnumerable<double> expected, float[] got, double tolerance = 1e-5)
    {
        foreach ((double wanted, int i) in expected.Select((value, i) => (value, i)))
        {
            Assert.True(
                Math.Abs(got[i] - wanted) <= tolerance * Math.Max(1, Math.Abs(wanted)),
                $"element {i}: got {got[i]:G9}, the float64 reference gives {wanted:G9}");
        }
    }
}
