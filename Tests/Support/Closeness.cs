// How near our numbers must be to a reference's, and a failure that says where they are not.

using NativeCnn.Tests.Golden;

namespace NativeCnn.Tests.Support;

/// <summary>Comparisons of tensors.</summary>
public static class Closeness
{
    /// <summary>
    /// |got - expected| &lt;= tolerance * max(1, |expected|) for every element; NaN where NaN is expected, and only
    /// there.
    /// </summary>
    public static void Close(
        string tensor, ReadOnlySpan<double> got, ReadOnlySpan<double> expected, double tolerance, params int[] shape) =>
        Check(tensor, got, expected, shape, reference => tolerance * Math.Max(1, Math.Abs(reference)));

    /// <inheritdoc cref="Close(string, ReadOnlySpan{double}, ReadOnlySpan{double}, double, int[])"/>
    public static void Close(
        string tensor, ReadOnlySpan<float> got, ReadOnlySpan<float> expected, double tolerance, params int[] shape) =>
        Close(tensor, Widen(got), Widen(expected), tolerance, shape);

    /// <inheritdoc cref="Close(string, ReadOnlySpan{double}, ReadOnlySpan{double}, double, int[])"/>
    public static void Close(GoldenTensor<float> expected, ReadOnlySpan<float> got, double tolerance) =>
        Close(expected.Name, got, expected.Values, tolerance, expected.Shape);

    /// <inheritdoc cref="Close(string, ReadOnlySpan{double}, ReadOnlySpan{double}, double, int[])"/>
    public static void Close(GoldenTensor<float> expected, ReadOnlySpan<double> got, double tolerance) =>
        Close(expected.Name, got, Widen(expected.Values), tolerance, expected.Shape);

    /// <summary>|got - expected| &lt;= tolerance * the largest |expected| of the tensor, for every element.</summary>
    public static void CloseToScale(GoldenTensor<float> expected, ReadOnlySpan<double> got, double tolerance)
    {
        double[] reference = Widen(expected.Values);
        double scale = reference.Length == 0 ? 0 : reference.Max(Math.Abs);
        Check(expected.Name, got, reference, expected.Shape, _ => tolerance * scale);
    }

    /// <inheritdoc cref="CloseToScale(GoldenTensor{float}, ReadOnlySpan{double}, double)"/>
    public static void CloseToScale(GoldenTensor<float> expected, ReadOnlySpan<float> got, double tolerance) =>
        CloseToScale(expected, Widen(got), tolerance);

    private static void Check(
        string tensor,
        ReadOnlySpan<double> got,
        ReadOnlySpan<double> expected,
        int[] shape,
        Func<double, double> allowed)
    {
        if (got.Length != expected.Length)
        {
            Assert.Fail($"{tensor}: {got.Length} elements, expected {expected.Length} [{string.Join(", ", shape)}].");
        }

        int wrong = 0;
        int worst = -1;
        double worstRatio = 0;
        for (int i = 0; i < got.Length; i++)
        {
            double ratio = got[i].Equals(expected[i]) || got[i] == expected[i]
                ? 0
                : Math.Abs(got[i] - expected[i]) / allowed(expected[i]);
            if (ratio <= 1)
            {
                continue;
            }

            wrong++;
            if (worst < 0 || ratio > worstRatio)
            {
                (worst, worstRatio) = (i, ratio);
            }
        }

        if (wrong > 0)
        {
            Assert.Fail(
                $"{tensor}[{Index(worst, shape)}]: got {got[worst]:R}, expected {expected[worst]:R}, "
                + $"{Math.Abs(got[worst] - expected[worst]):G3} apart where {allowed(expected[worst]):G3} is allowed; "
                + $"the worst of {wrong} such elements of {got.Length}.");
        }
    }

    private static string Index(int flat, int[] shape)
    {
        var index = new Stack<int>();
        for (int axis = shape.Length - 1; axis > 0; axis--)
        {
            index.Push(flat % shape[axis]);
            flat /= shape[axis];
        }

        index.Push(flat);
        return string.Join(", ", index);
    }

    private static double[] Widen(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = values[i];
        }

        return wide;
    }
}
