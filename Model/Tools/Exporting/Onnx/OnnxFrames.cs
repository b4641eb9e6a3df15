// Where frames lie on the clip (Framing): what is padded before a convolution reads them, or the frames themselves
// where more than a product is done with one.
using NativeCnn.Features.Options;

namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>Writes padding and frames.</summary>
internal static class OnnxFrames
{
    /// <summary>Frames of a clip: <see cref="FeatureOptions.Frames"/>.</summary>
    public static OnnxLength Count(FeatureOptions options, OnnxLength samples)
    {
        if (options.Kind == FeatureKind.Raw)
        {
            return samples;
        }

        int hop = options.HopLength;
        if (!options.Center && !options.SnipEdges)
        {
            return (samples + (hop / 2)) / hop;
        }

        int padded = options.Center ? 2 * (options.FrameLength / 2) : 0;
        return ((samples + (padded - options.FrameLength)) / hop) + 1;
    }

    /// <summary>The clips as a convolution with whole frames reads them, and the zeros that it adds itself.</summary>
    /// <returns>[batch, samples], and zeros before and behind.</returns>
    public static (string Signal, int Before, int After) Padded(
        OnnxGraph onnx, FeatureOptions options, string waveform, OnnxLength samples)
    {
        if (options.Center && options.PadMode == PadMode.Constant)
        {
            return (waveform, options.FramePad, options.FramePad);
        }

        if (!options.Center && options.SnipEdges)
        {
            return (waveform, 0, 0);
        }

        // From the first sample of the first frame to the last of the last one.
        OnnxLength length = ((Count(options, samples) - 1) * options.HopLength) + options.FrameLength;
        string padded = OnnxPlaces.Stretch(onnx, waveform, 1, samples, -options.FramePad, length, options.PadMode);
        return (padded, 0, 0);
    }

    /// <summary>
    /// The frames one by one, less their means where that is asked for, and the logarithms of their energies.
    /// </summary>
    /// <returns>
    /// [batch, frame length, frames], with pre-emphasis and window only where the energy is that of both;
    /// [batch, 1, frames], or null where it is not asked for.
    /// </returns>
    public static (string Frames, string? Energy) Write(
        OnnxGraph onnx, FeatureOptions options, string waveform, OnnxLength samples)
    {
        (string signal, int before, _) = Padded(onnx, options, waveform, samples);
        OnnxLength count = Count(options, samples);
        if (before > 0)
        {
            OnnxLength length = ((count - 1) * options.HopLength) + options.FrameLength;
            signal = OnnxPlaces.Stretch(onnx, waveform, 1, samples, -before, length, PadMode.Constant);
        }

        string frames = OnnxPlaces.Take(onnx, signal, 1, Places(onnx, options, count));
        // In two steps, as the chain does: what the first leaves is small, and so is its rounding.
        for (int step = 0; step < 2 && options.RemoveDc; step++)
        {
            string mean = onnx.Node("ReduceMean", "frame_mean", [frames], OnnxGraph.Ints("axes", 1));
            frames = onnx.Node("Sub", "frame_centred", [frames, mean]);
        }

        if (!options.UseEnergy)
        {
            return (frames, null);
        }

        if (!options.RawEnergy)
        {
            frames = Windowed(onnx, options, frames);
        }

        string energy = onnx.Node("ReduceSumSquare", "energy", [frames], OnnxGraph.Ints("axes", 1));
        float scale = options.RawEnergy ? (float)(options.SampleScale * options.SampleScale) : 1f;
        energy = scale == 1 ? energy : onnx.Node("Mul", "energy.scaled", [energy, onnx.Number(scale)]);
        float floor = Math.Max((float)options.EnergyFloor, 1.1920929e-7f);
        energy = onnx.Node("Max", "energy.floored", [energy, onnx.Number(floor)]);
        return (frames, onnx.Node("Log", "energy.log", [energy]));
    }

    /// <summary>[frame length, frames]: the sample that each frame has at each place.</summary>
    private static string Places(OnnxGraph onnx, FeatureOptions options, OnnxLength count)
    {
        string taps = onnx.Node(
            "Range", "taps", [onnx.Integer(0), onnx.Integer(options.FrameLength), onnx.Integer(1)]);
        string within = onnx.Node("Unsqueeze", "within", [taps, onnx.Integers(1)]);
        string starts = onnx.Node(
            "Mul", "starts",
            [
                onnx.Node("Range", "frame", [onnx.Integer(0), count.Value, onnx.Integer(1)]),
                onnx.Integer(options.HopLength),
            ]);
        return onnx.Node("Add", "places", [within, starts]);
    }

    private static string Windowed(OnnxGraph onnx, FeatureOptions options, string frames)
    {
        float emphasis = (float)options.PreEmphasis;
        if (emphasis != 0)
        {
            string before = onnx.Node(
                "Gather", "frame_before",
                [
                    frames,
                    onnx.Integers([.. Enumerable.Range(0, options.FrameLength).Select(n => (long)Math.Max(0, n - 1))]),
                ],
                OnnxGraph.Int("axis", 1));
            frames = onnx.Node(
                "Sub", "emphasized", [frames, onnx.Node("Mul", "frame_share", [before, onnx.Number(emphasis)])]);
        }

        float[] window = FrameTransform.WindowOf(options)[..options.FrameLength];
        return onnx.Node("Mul", "windowed", [frames, onnx.Floats("window", [window.Length, 1], window)]);
    }
}
