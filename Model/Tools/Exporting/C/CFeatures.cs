// The features of one clip in C: the chain of FeatureOptions, from the same tables as the engine's own, a frame after
// another. Rows of frames lie in one block, WIDTH floats apart: first what the logarithm gives, then, in the same
// place, coefficients and their deltas, at last the normalised features without gaps.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Features;
using NativeCnn.Features.Chains;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;
using NativeCnn.Model.Exports;
using NativeCnn.Model.FeatureSets;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>Writes the function compute_features.</summary>
internal sealed class CFeatures
{
    // Rows, and two buffers of a frame.
    private const int Buffers = 2;

    private readonly ClipFormat format;
    private readonly FeatureOptions options;
    private readonly Normalizer normalizer;

    /// <summary>Features of clips.</summary>
    /// <param name="format">The chain and the clips' length.</param>
    /// <param name="normalizer">Mean and deviation of each row.</param>
    public CFeatures(ClipFormat format, Normalizer normalizer)
    {
        this.format = format;
        this.normalizer = normalizer;
        options = format.Features;
        if (IsSpectral && options.FftSize > 1 << 16)
        {
            throw new ExportException(
                $"fft_size {options.FftSize}: C is written for transforms of at most 65536 samples");
        }

        ReserveBytes = checked(Math.Max(Points * 2, Math.Max(Width, Math.Max(Extended, options.StaticRows))) * 4);
        RowBytes = checked(format.Frames * Width * 4);
    }

    private bool IsSpectral => options.Kind != FeatureKind.Raw;

    private bool IsWavelet => options.Kind == FeatureKind.WaveletCepstrum;

    /// <summary>Complex points of the Fourier transform.</summary>
    private int Points => !IsSpectral ? 0 : options.FftSize % 2 == 0 ? options.FftSize / 2 : options.FftSize;

    /// <summary>Floats from a frame to the next.</summary>
    private int Width => Math.Max(
        options.Rows, !IsSpectral ? 1 : IsWavelet ? options.Bins : options.MelBands);

    private int Extended => IsWavelet
        ? Math.Max(options.TransformLength, options.Bins + (3 * Wavelet.Named(options.WaveletName).Taps))
        : 0;

    /// <summary>Samples of a clip.</summary>
    public int Samples => format.ClipSamples;

    /// <summary>Numbers of the features of a clip.</summary>
    public int Numbers => checked(format.Frames * format.Channels);

    /// <summary>Bytes of each of the two buffers of a frame; none for samples as they are.</summary>
    public int ReserveBytes { get; }

    /// <summary>Bytes of the rows of all frames.</summary>
    public int RowBytes { get; }

    /// <summary>Bytes of the energies of all frames; 0 where there are none.</summary>
    public int EnergyBytes => options.UseEnergy ? format.Frames * 4 : 0;

    /// <summary>Slots for it, all of step 0.</summary>
    /// <param name="memory">The plan.</param>
    /// <param name="last">The last step that needs the rows.</param>
    public CFeatureSlots Reserve(CMemory memory, int last) => new(
        memory.Reserve(RowBytes, 0, last),
        [.. Enumerable.Range(0, IsSpectral || options.SubtractMean ? Buffers : 0)
            .Select(_ => memory.Reserve(ReserveBytes, 0, 0))],
        EnergyBytes > 0 ? memory.Reserve(EnergyBytes, 0, 0) : null);

    /// <summary>Writes constants, functions and the lines of compute_features.</summary>
    public void Write(CBody body, CFeatureSlots slots)
    {
        WriteSizes(body);
        body.Line($"float *const rows = memory.f32 + {slots.Rows.Start / 4};");
        if (slots.Buffers.Count > 0)
        {
            body.Line($"float *const a = memory.f32 + {slots.Buffers[0].Start / 4};");
        }

        if (IsSpectral)
        {
            WriteChain(body, slots);
        }
        else
        {
            body.Line("for (int m = 0; m < FRAMES; m++) {");
            body.Line("    rows[m * WIDTH] = samples[m];");
            body.Line("}");
        }

        if (options.SubtractMean)
        {
            body.Use("subtract_mean");
            body.Line("subtract_mean(rows, a);");
        }

        CTransforms.WriteDeltas(body, options);
        if (format.Precision == FeaturePrecision.Fp16)
        {
            body.Use("to_half");
            body.Line("for (int i = 0; i < FRAMES * WIDTH; i++) {");
            body.Line("    rows[i] = to_half(rows[i]);");
            body.Line("}");
        }

        body.Floats("feature_mean", [.. normalizer.Mean], "Mean and 1 / deviation of each feature in training.");
        body.Floats("feature_factor", [.. normalizer.Deviation.ToArray().Select(one => (float)(1.0 / one))]);
        body.Use("normalise");
        body.Line("normalise(rows);");
    }

    private void WriteSizes(CBody body)
    {
        List<(string Name, int Value)> sizes =
        [
            ("SAMPLES", format.ClipSamples), ("FRAMES", format.Frames), ("ROWS", options.Rows),
            ("STATIC_ROWS", options.StaticRows), ("WIDTH", Width),
        ];
        if (IsSpectral)
        {
            sizes.AddRange(
            [
                ("FRAME", options.FrameLength), ("HOP", options.HopLength), ("PAD", options.FramePad),
                ("FFT", options.FftSize), ("POINTS", Points), ("BINS", options.Bins),
            ]);
            if (!IsWavelet)
            {
                sizes.Add(("BANDS", options.MelBands));
            }

            if (options.Kind != FeatureKind.LogMel)
            {
                sizes.AddRange([("COEFFICIENTS", options.Coefficients), ("TRANSFORMED", options.TransformLength)]);
            }
        }

        if (IsWavelet)
        {
            var wavelet = Wavelet.Named(options.WaveletName);
            sizes.AddRange(
            [
                ("WAVELET_LEVELS", options.WaveletLevels), ("WAVELET_TAPS", wavelet.Taps),
                ("WAVELET_SHIFT", options.WaveletBorder == WaveletBorder.Symmetric ? 1 : wavelet.Taps / 2),
            ]);
        }

        if (options.Deltas > 0)
        {
            sizes.Add(("DELTA_WIDTH", options.EffectiveDeltaWidth));
        }

        body.Sizes(sizes);
    }

    private void WriteChain(CBody body, CFeatureSlots slots)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        var plan = new FeaturePlan(device, options, batch: 1, format.ClipSamples);
        body.Line($"float *const b = memory.f32 + {slots.Buffers[1].Start / 4};");
        if (slots.Energies is { } energies)
        {
            body.Line($"float *const energies = memory.f32 + {energies.Start / 4};");
        }

        bool isLimited = plan.Limited || plan.Relative;
        body.Line("float largest = -INFINITY;");
        body.Line("for (int m = 0; m < FRAMES; m++) {");
        body.Line("    float *const row = rows + m * WIDTH;");
        WriteFrame(body, plan);
        string power = CSpectrum.Write(body, options, Points);
        if (options.Power == 1)
        {
            body.Use("magnitude");
            body.Line($"    magnitude({power});");
        }

        string target = "row" + (options.Kind == FeatureKind.LogMel && plan.FirstBand > 0 ? " + 1" : "");
        string from = power;
        if (!IsWavelet)
        {
            CSpectrum.WriteMel(body, options);
            body.Line($"    mel({power}, {target});");
            from = target;
        }

        body.Use("logarithm");
        body.Line(
            $"    largest = logarithm({from}, {target}, {(IsWavelet ? "BINS" : "BANDS")}, "
            + $"{CText.Float(plan.LogOffset)}, {CText.Float(plan.LogFloor)}, {CText.Float(plan.LogFactor)}, {CText.Float(plan.LogShift)}, largest);");
        body.Line("}");
        body.Line("");
        if (!isLimited)
        {
            body.Line("(void)largest;");
        }

        if (!isLimited && options.Kind == FeatureKind.LogMel && !options.UseEnergy)
        {
            return;
        }

        body.Line("for (int m = 0; m < FRAMES; m++) {");
        body.Line("    float *const row = rows + m * WIDTH;");
        if (isLimited)
        {
            body.Use("limit");
            string least = plan.Limited ? $"largest - {CText.Float(plan.Range)}" : "-INFINITY";
            body.Line(
                $"    limit({target}, {(IsWavelet ? "BINS" : "BANDS")}, {least}, "
                + $"{(plan.Relative ? "largest" : "0.0f")});");
        }

        CTransforms.Write(body, options);
        if (options.UseEnergy)
        {
            body.Line($"    row[{options.FirstRow}] = energies[m];");
        }

        body.Line("}");
    }

    private void WriteFrame(CBody body, FeaturePlan plan)
    {
        // A clip of one sample mirrored is that sample everywhere.
        PadMode pad = format.ClipSamples == 1 && options.PadMode != PadMode.Constant ? PadMode.Edge : options.PadMode;
        body.Use("outside_" + pad.ToString().ToLowerInvariant());
        body.Use("load_frame");
        body.Line("    load_frame(samples, m * HOP - PAD, a);");
        if (options.RemoveDc)
        {
            body.Use("remove_mean");
            body.Line("    remove_mean(a);");
        }

        string energy =
            $"    energies[m] = log_energy(a, {CText.Float(plan.EnergyScale)}, {CText.Float(plan.EnergyFloor)});";
        if (options.UseEnergy)
        {
            body.Use("log_energy");
        }

        if (options.UseEnergy && options.RawEnergy)
        {
            body.Line(energy);
        }

        if (options.PreEmphasis != 0)
        {
            body.Use("pre_emphasis");
            body.Line($"    pre_emphasis(a, {CText.Float((float)options.PreEmphasis)});");
        }

        float[] window = [.. plan.Window.ToArray().AsSpan(0, options.FrameLength)];
        body.Floats("window", window, "The window, times the scale of samples.");
        body.Use("apply_window");
        body.Line("    apply_window(a);");
        if (options.UseEnergy && !options.RawEnergy)
        {
            body.Line(energy);
        }
    }
}
