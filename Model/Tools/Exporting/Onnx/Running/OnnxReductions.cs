// Operators that make one number of many, and normalisations by what they find.
namespace NativeCnn.Tools.Exporting.Onnx.Running;

/// <summary>Sums, means, maxima.</summary>
internal static class OnnxReductions
{
    /// <summary>The mean over dimensions.</summary>
    public static OnnxValue[] Mean(OnnxCall call) => Over(
        call, numbers => (float)(numbers.Sum(one => (double)one) / numbers.Count));

    /// <summary>The largest over dimensions.</summary>
    public static OnnxValue[] Max(OnnxCall call) => Over(call, numbers => numbers.Max());

    /// <summary>The sum of squares over dimensions.</summary>
    public static OnnxValue[] SumSquare(OnnxCall call) => Over(
        call, numbers => (float)numbers.Sum(one => (double)one * one));

    /// <summary>Softmax along a dimension, which is the last one.</summary>
    public static OnnxValue[] Softmax(OnnxCall call) => OfRows(call, logarithm: false);

    /// <summary>Its logarithm.</summary>
    public static OnnxValue[] LogSoftmax(OnnxCall call) => OfRows(call, logarithm: true);

    /// <summary>Each channel of each clip, less its mean, by its deviation.</summary>
    public static OnnxValue[] InstanceNormalization(OnnxCall call)
    {
        int channels = call[0].Shape[1];
        (float[] scale, float[] bias) = (call[1].Floats, call[2].Floats);
        return [Normalised(
            call, OnnxValue.CountOf(call[0].Shape.AsSpan(2)), (row, _, x) =>
                (x * scale[row % channels]) + bias[row % channels])];
    }

    /// <summary>The last dimension, less its mean, by its deviation.</summary>
    public static OnnxValue[] LayerNormalization(OnnxCall call)
    {
        (float[] scale, float[] bias) = (call[1].Floats, call[2].Floats);
        return [Normalised(call, call[0].Shape[^1], (_, i, x) => (x * scale[i]) + bias[i])];
    }

    private static OnnxValue Normalised(OnnxCall call, int row, Func<int, int, double, double> scaled)
    {
        double epsilon = call.Float("epsilon", 1e-5f);
        float[] y = new float[call[0].Count];
        for (int start = 0; start < y.Length; start += row)
        {
            ReadOnlySpan<float> x = call[0].Floats.AsSpan(start, row);
            (double sum, double squares) = (0, 0);
            foreach (float one in x)
            {
                sum += one;
            }

            double mean = sum / row;
            foreach (float one in x)
            {
                squares += (one - mean) * (one - mean);
            }

            double deviation = Math.Sqrt((squares / row) + epsilon);
            for (int i = 0; i < row; i++)
            {
                y[start + i] = (float)scaled(start / row, i, (x[i] - mean) / deviation);
            }
        }

        return OnnxValue.Of(call[0].Shape, y);
    }

    private static OnnxValue[] OfRows(OnnxCall call, bool logarithm)
    {
        int row = call[0].Shape[^1];
        if (call.Axis(-1) != call[0].Shape.Length - 1)
        {
            throw new OnnxException("it is along another dimension than the last one");
        }

        float[] y = new float[call[0].Count];
        for (int start = 0; start < y.Length; start += row)
        {
            float[] x = call[0].Floats[start..(start + row)];
            double largest = x.Max();
            double sum = x.Sum(one => Math.Exp(one - largest));
            for (int i = 0; i < row; i++)
            {
                y[start + i] = (float)(logarithm ? x[i] - largest - Math.Log(sum) : Math.Exp(x[i] - largest) / sum);
            }
        }

        return [OnnxValue.Of(call[0].Shape, y)];
    }

    private static OnnxValue[] Over(OnnxCall call, Func<List<float>, float> reduce)
    {
        OnnxValue x = call[0];
        bool keeps = call.Int("keepdims", 1) != 0;
        int[] axes = [.. (call.Ints("axes") ?? throw new OnnxException("it has no axes"))
            .Select(axis => OnnxCall.Axis(axis, x.Shape.Length))];
        int[] kept = [.. x.Shape.Select((length, d) => axes.Contains(d) ? 1 : length)];
        List<float>[] numbers = [.. Enumerable.Range(0, OnnxValue.CountOf(kept)).Select(_ => new List<float>())];
        for (int i = 0; i < x.Count; i++)
        {
            (int left, int place, int step) = (i, 0, 1);
            for (int d = kept.Length - 1; d >= 0; d--)
            {
                place += kept[d] == 1 ? 0 : left % kept[d] * step;
                left /= x.Shape[d];
                step *= kept[d];
            }

            numbers[place].Add(x.Floats[i]);
        }

        int[] shape = keeps ? kept : [.. x.Shape.Where((_, d) => !axes.Contains(d))];
        return [OnnxValue.Of(shape, Array.ConvertAll(numbers, one => reduce(one)))];
    }
}
