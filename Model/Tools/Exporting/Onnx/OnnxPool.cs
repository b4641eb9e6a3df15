// Pools over windows. ONNX's own mean those of PyTorch where all windows lie in x and its padding. A last window that
// reaches beyond (ceil mode) is counted otherwise by ONNX's opsets and by those who run them: x is padded up to its end
// here, so that no rounding is left to anybody. A mean is then that over the whole window, times
// window / places that count: a constant, or, where time is free, the mean of ones.
using NativeCnn.Model.Exports.Operators;

namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>Writes <see cref="PoolOperator"/>.</summary>
internal static class OnnxPool
{
    /// <summary>Writes a pool.</summary>
    /// <param name="onnx">Where to.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="x">What it reads, [batch, C, T].</param>
    /// <param name="y">The name of its output, reserved.</param>
    /// <param name="anyLength">Whether T is free.</param>
    public static string Write(OnnxGraph onnx, PoolOperator pool, string x, string y, bool anyLength)
    {
        if (!pool.CeilMode)
        {
            return Pool(onnx, pool, x, y, pool.Padding, pool.Padding);
        }

        return anyLength ? OfAnyLength(onnx, pool, x, y) : OfLength(onnx, pool, x, y);
    }

    private static string Pool(OnnxGraph onnx, PoolOperator pool, string x, string y, int before, int after)
    {
        AttributeProto[] settings =
        [
            OnnxGraph.Ints("kernel_shape", pool.Window), OnnxGraph.Ints("strides", pool.Stride),
            OnnxGraph.Ints("pads", before, after),
        ];
        return pool.Mean
            ? onnx.NodeNamed(
                "AveragePool", y, [x], [.. settings, OnnxGraph.Int("count_include_pad", pool.CountPadding ? 1 : 0)])
            : onnx.NodeNamed("MaxPool", y, [x], settings);
    }

    private static string OfLength(OnnxGraph onnx, PoolOperator pool, string x, string y)
    {
        (int time, int windows) = (pool.X.Time, pool.Output.Time);
        int after = Math.Max(pool.Padding, ((windows - 1) * pool.Stride) + pool.Window - pool.Padding - time);
        if (after == pool.Padding || !pool.Mean)
        {
            return Pool(onnx, pool, x, y, pool.Padding, after);
        }

        float[] shares = new float[windows];
        int from = pool.CountPadding ? -pool.Padding : 0;
        int to = pool.CountPadding ? time + pool.Padding : time;
        for (int l = 0; l < windows; l++)
        {
            int start = (l * pool.Stride) - pool.Padding;
            shares[l] = (float)pool.Window / (Math.Min(start + pool.Window, to) - Math.Max(start, from));
        }

        string whole = Pool(
            onnx, pool with { CountPadding = true }, x, onnx.Reserve($"{y}.whole"), pool.Padding, after);
        return onnx.NodeNamed("Mul", y, [whole, onnx.Floats($"{y}.shares", [windows], shares)]);
    }

    private static string OfAnyLength(OnnxGraph onnx, PoolOperator pool, string x, string y)
    {
        // The last window is the last one that begins in x or the padding before it.
        OnnxLength time = OnnxLength.Of(onnx, x, axis: 2);
        OnnxLength byCeiling = (time + ((2 * pool.Padding) - pool.Window + pool.Stride - 1)) / pool.Stride;
        OnnxLength lastInside = (time + (pool.Padding - 1)) / pool.Stride;
        string last = onnx.Node("Min", $"{y}.last", [byCeiling.Value, lastInside.Value]);
        string end = onnx.Node(
            "Add", $"{y}.end",
            [
                onnx.Node("Mul", $"{y}.last_start", [last, onnx.Integer(pool.Stride)]),
                onnx.Integer(pool.Window - pool.Padding),
            ]);
        string after = onnx.Node(
            "Max", $"{y}.after", [onnx.Node("Sub", $"{y}.beyond", [end, time.Value]), onnx.Integer(0)]);
        string before = onnx.Integers(0, 0, pool.Padding, 0, 0);
        string pads = onnx.Node(
            "Concat", $"{y}.pads",
            [before, onnx.Node("Unsqueeze", $"{y}.after_1", [after, onnx.Integers(0)])], OnnxGraph.Int("axis", 0));
        float outside = pool.Mean ? 0 : float.NegativeInfinity;
        string padded = onnx.Node("Pad", $"{y}.padded", [x, pads, onnx.Number(outside)]);
        PoolOperator plain = pool with { CountPadding = true };
        if (!pool.Mean)
        {
            return Pool(onnx, plain, padded, y, 0, 0);
        }

        // Ones where places count, padded with zeros to the same length.
        int counted = pool.CountPadding ? pool.Padding : 0;
        string length = onnx.Node("Unsqueeze", $"{y}.length", [(time + (2 * counted)).Value, onnx.Integers(0)]);
        string shape = onnx.Node(
            "Concat", $"{y}.ones_shape", [onnx.Integers(1, 1), length], OnnxGraph.Int("axis", 0));
        string ones = onnx.Node("Expand", $"{y}.ones", [onnx.Number(1), shape]);
        string behind = counted == 0 ? after : onnx.Node("Sub", $"{y}.behind", [after, onnx.Integer(counted)]);
        string onesPads = onnx.Node(
            "Concat", $"{y}.ones_pads",
            [
                onnx.Integers(0, 0, pool.Padding - counted, 0, 0),
                onnx.Node("Unsqueeze", $"{y}.behind_1", [behind, onnx.Integers(0)]),
            ],
            OnnxGraph.Int("axis", 0));
        string marks = onnx.Node("Pad", $"{y}.marks", [ones, onesPads, onnx.Number(0)]);
        string shares = Pool(onnx, plain, marks, onnx.Reserve($"{y}.shares"), 0, 0);
        return onnx.NodeNamed(
            "Div", y, [Pool(onnx, plain, padded, onnx.Reserve($"{y}.whole"), 0, 0), shares]);
    }
}
