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

        WriteDeltas(body);
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
        string power = WriteSpectrum(body);
        if (options.Power == 1)
        {
            body.Use("magnitude");
            body.Line($"    magnitude({power});");
        }

        string target = "row" + (options.Kind == FeatureKind.LogMel && plan.FirstBand > 0 ? " + 1" : "");
        string from = power;
        if (!IsWavelet)
        {
            WriteMel(body);
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

        WriteTransform(body);
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

    /// <summary>The Fourier transform of buffer a; the buffer that holds the power.</summary>
    private string WriteSpectrum(CBody body)
    {
        (string here, string there) = ("a", "b");
        bool isEven = options.FftSize % 2 == 0;
        if (!isEven)
        {
            body.Use("spread");
            body.Line("    spread(a, b);");
            (here, there) = ("b", "a");
        }

        List<int> factors = Factors(Points);

        // Passes by 2 need roots of half the circle alone.
        int roots = factors.All(factor => factor == 2) && isEven ? Math.Max(1, options.FftSize / 2) : options.FftSize;
        body.Floats(
            "fourier_roots",
            [.. Enumerable.Range(0, roots).SelectMany(k => Root(k, options.FftSize))],
            $"re and im of e^(-2 pi i k / {options.FftSize}).");
        int s = 1;
        foreach (int factor in factors)
        {
            int m = Points / (s * factor);
            body.Use(factor == 2 ? "fourier_pass_2" : "fourier_pass");
            body.Line(factor == 2
                ? $"    fourier_pass_2({here}, {there}, {m}, {s});"
                : $"    fourier_pass({here}, {there}, {m}, {s}, {factor});");
            s *= factor;
            (here, there) = (there, here);
        }

        body.Use(isEven ? "power_of_even" : "power_of_odd");
        body.Line($"    power_spectrum({here}, {there});");
        return there;
    }

    private static float[] Root(int k, int length)
    {
        (double sine, double cosine) = Math.SinCos(-2 * Math.PI * k / length);
        return [(float)cosine, (float)sine];
    }

    /// <summary>The prime factors, small ones first.</summary>
    private static List<int> Factors(int number)
    {
        List<int> factors = [];
        for (int factor = 2; number > 1; factor++)
        {
            for (; number % factor == 0; number /= factor)
            {
                factors.Add(factor);
            }
        }

        return factors;
    }

    private void WriteMel(CBody body)
    {
        var bank = MelFilterbank.Create(options);
        body.Whole(
            "mel_bins", "uint16_t", 2, bank.FirstBins.ToArray(),
            "The first bin of each mel triangle, where its weights begin, and these.");
        bool isShort = bank.Offsets[^1] <= ushort.MaxValue;
        body.Whole("mel_offsets", isShort ? "uint16_t" : "uint32_t", isShort ? 2 : 4, bank.Offsets.ToArray());
        float[] weights = bank.Weights.ToArray();
        body.Floats("mel_weights", weights.Length > 0 ? weights : [0]);
        body.Use("mel");
    }

    private void WriteTransform(CBody body)
    {
        if (options.Kind == FeatureKind.LogMel)
        {
            return;
        }

        if (IsWavelet)
        {
            var wavelet = Wavelet.Named(options.WaveletName);
            int[] lengths = WaveletPlan.LengthsOf(
                options.Bins, wavelet.Taps, options.WaveletBorder, options.WaveletLevels);
            int[] places = new int[lengths.Length];
            for (int level = options.WaveletLevels, place = lengths[^1]; level > 0; level--)
            {
                places[level] = place;
                place += lengths[level];
            }

            body.Whole("wavelet_lengths", "uint16_t", 2, lengths, "Lengths of the levels, and where details lie.");
            body.Whole("wavelet_places", "uint16_t", 2, places);
            body.Floats("wavelet_low", wavelet.LowPass.ToArray(), $"The wavelet {options.WaveletName}.");
            body.Floats("wavelet_high", wavelet.HighPass.ToArray());
            body.Use("wavelet_" + options.WaveletBorder.ToString().ToLowerInvariant());
            body.Use("wavelet");
            body.Line("    wavelet(row, a, b);");
        }
        else
        {
            body.Line("    memcpy(a, row, BANDS * sizeof *a);");
        }

        float[] matrix = DctMatrix.Create(options);
        int columns = options.TransformLength;
        float[] transposed = new float[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            transposed[(i % columns * options.Coefficients) + (i / columns)] = matrix[i];
        }

        body.Floats("cosines", transposed, "The cosine transform, liftering in it, [n][coefficient].");
        body.Use("cosine");
        body.Line("    cosine(a, row);");
    }

    private void WriteDeltas(CBody body)
    {
        if (options.Deltas == 0)
        {
            return;
        }

        body.Use("delta_" + options.EffectiveDeltaBorder.ToString().ToLowerInvariant());
        body.Use("delta");
        bool isSecondDerivative = options.DeltaConvention == DeltaConvention.SavitzkyGolay;
        for (int d = 0; d < options.Deltas; d++)
        {
            string weights = body.Floats(
                "delta_weights",
                DeltaWeights.Create(options.EffectiveDeltaWidth, isSecondDerivative ? d + 1 : 1));
            int from = isSecondDerivative ? 0 : d * options.StaticRows;
            body.Line($"delta(rows, {from}, {(d + 1) * options.StaticRows}, {weights});");
        }
    }
}
