// Deltas as further rows: each a convolution along time, a row by itself. Beyond the ends: DeltaBorder.
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;

namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>Writes delta and delta-delta.</summary>
internal static class OnnxDeltas
{
    /// <summary>The rows, and behind them their deltas: [batch, R, T] to [batch, (1 + D) R, T].</summary>
    /// <param name="onnx">Where to.</param>
    /// <param name="options">The settings, with Deltas above 0.</param>
    /// <param name="rows">[batch, R, T].</param>
    /// <param name="frames">T.</param>
    public static string Append(OnnxGraph onnx, FeatureOptions options, string rows, OnnxLength frames)
    {
        bool isSecondDerivative = options.DeltaConvention == DeltaConvention.SavitzkyGolay;
        List<string> all = [rows];
        for (int d = 1; d <= options.Deltas; d++)
        {
            float[] weights = DeltaWeights.Create(options.EffectiveDeltaWidth, isSecondDerivative ? d : 1);
            all.Add(Filtered(onnx, options, isSecondDerivative ? rows : all[^1], frames, weights));
        }

        return onnx.Node("Concat", "with_deltas", [.. all], OnnxGraph.Int("axis", 1));
    }

    private static string Filtered(
        OnnxGraph onnx, FeatureOptions options, string x, OnnxLength frames, float[] weights)
    {
        int half = weights.Length / 2;
        DeltaBorder border = options.EffectiveDeltaBorder;
        if (border == DeltaBorder.Interpolated)
        {
            // In the first and last frames the window stands still where it last fits.
            OnnxLength last = frames - (2 * half) - 1;
            string inner = Conv(onnx, options, x, weights, 0);
            string places = onnx.Node(
                "Range", "delta.places", [onnx.Integer(-half), (frames - half).Value, onnx.Integer(1)]);
            return OnnxPlaces.Take(onnx, inner, 2, OnnxPlaces.Held(onnx, places, last));
        }

        if (border == DeltaBorder.Zero)
        {
            return Conv(onnx, options, x, weights, half);
        }

        PadMode mode = border switch
        {
            DeltaBorder.Nearest => PadMode.Edge,
            DeltaBorder.Mirrored => PadMode.Reflect,
            _ => PadMode.Wrap,
        };
        return Conv(
            onnx, options, OnnxPlaces.Stretch(onnx, x, 2, frames, -half, frames + (2 * half), mode), weights, 0);
    }

    private static string Conv(OnnxGraph onnx, FeatureOptions options, string x, float[] weights, int zeros)
    {
        int rows = options.StaticRows;
        string filters = onnx.Floats(
            "delta.weight", [rows, 1, weights.Length], [.. Enumerable.Repeat(weights, rows).SelectMany(one => one)]);
        return onnx.Node(
            "Conv", "delta", [x, filters], OnnxGraph.Ints("kernel_shape", weights.Length),
            OnnxGraph.Ints("pads", zeros, zeros), OnnxGraph.Int("group", rows));
    }
}
