// The options by which chains are known to part ways, with the values that systems and tutorials give them.
using System.Numerics;
using NativeCnn.Engine.Operators;
using NativeCnn.Features.Options;

namespace NativeCnn.Tools.Differences;

/// <summary>Lists changes of options.</summary>
internal static class KnownChanges
{
    /// <summary>
    /// Every known change of these options that changes them and leaves them valid, those that explain most first.
    /// </summary>
    public static List<KnownChange> Of(FeatureOptions options)
    {
        List<KnownChange> changes = [];
        double nyquist = options.SampleRate / 2.0;
        int rate = options.SampleRate;

        Each("mel_scale", [MelScale.Slaney, MelScale.Htk], (o, v) => o with { MelScale = v });
        Each("mel_norm", Enum.GetValues<MelNorm>(), (o, v) => o with { MelNorm = v }, usual: 2);
        Each("mel_shape", Enum.GetValues<MelShape>(), (o, v) => o with { MelShape = v });
        Each("center", [true, false], (o, v) => o with { Center = v, SnipEdges = v || o.SnipEdges });
        Each("pad_mode", Enum.GetValues<PadMode>(), (o, v) => o with { PadMode = v }, usual: 3);
        Each("window", Enum.GetValues<WindowKind>(), (o, v) => o with { Window = v, WindowParameter = null }, usual: 5);
        Each("periodic_window", [true, false], (o, v) => o with { PeriodicWindow = v });
        Each("power", [1, 2], (o, v) => o with { Power = v });
        Each("log", Enum.GetValues<LogScale>(), (o, v) => o with { Log = v }, usual: 5);
        Each("top_db", (double?[])[null, 80, 100, 120, 60, 40], (o, v) => o with { TopDb = v }, usual: 2);
        Each("reference_is_maximum", [true, false], (o, v) => o with { ReferenceIsMaximum = v });
        Each("dct_norm", Enum.GetValues<DctNorm>(), (o, v) => o with { DctNorm = v }, usual: 3);
        Each("dct_type", [2, 3, 1], (o, v) => o with { DctType = v }, usual: 0);
        Each("lifter", [0, 22, options.Coefficients, 2.0 * options.Coefficients, 23, 24, 26],
            (o, v) => o with { Lifter = v }, usual: 2);
        Each("lifter_start", [0, 1], (o, v) => o with { LifterStart = v });
        Each("lifter", [22.0], (o, v) => o with { Lifter = v, LifterStart = 1 - o.LifterStart });
        Each("sample_scale", [1, 32768, 32767, 1 / 32768.0], (o, v) => o with { SampleScale = v }, usual: 2);
        Each("pre_emphasis", [0, 0.97, 0.95, 0.9], (o, v) => o with { PreEmphasis = v }, usual: 2);
        Each("remove_dc", [true, false], (o, v) => o with { RemoveDc = v });
        Each("use_energy", [true, false], (o, v) => o with { UseEnergy = v });
        Each("first_row_last", [true, false], (o, v) => o with { FirstRowLast = v });
        Each("subtract_mean", [true, false], (o, v) => o with { SubtractMean = v });
        Each("mel_bands", [20, 22, 23, 24, 26, 30, 32, 40, 60, 64, 80, 128], (o, v) => o with { MelBands = v },
            usual: 0);
        Each("min_frequency", [0, 20, 50, 64, 80, 100, 125, 130, 400.0 / 3, 150, 200, 300],
            (o, v) => o with { MinFrequency = v }, usual: 2);
        Each("max_frequency",
            (double?[])[null, 8000, 4000, 7600, 3800, 6000, 3400, 3700, 6800, 7000, 7800, 11025, nyquist - 100,
                nyquist - 200, nyquist - 400, nyquist - 500],
            (o, v) => o with { MaxFrequency = v }, usual: 2);
        Each("fft_size", FftSizes(options), (o, v) => ChangeFft(o, v), usual: 0);
        Each("window_length", WindowLengths(options), (o, v) => o with { WindowLength = v }, usual: 0);
        Each("frame_is_window", [true, false], (o, v) => o with { FrameIsWindow = v });
        Each("hop_length", [rate / 100, rate / 80, rate / 200, 80, 100, 128, 160, 200, 220, 256, 441, 512,
                options.EffectiveWindowLength / 2, options.EffectiveWindowLength / 4],
            (o, v) => o with { HopLength = v }, usual: 0);
        Each("snip_edges", [true, false], (o, v) => o with { SnipEdges = v, Center = v && o.Center });
        Each("bin_grid", Enum.GetValues<BinGrid>(), (o, v) => o with { BinGrid = v }, usual: 0);
        Each("log_floor",
            [1e-10, 1e-12, 1e-9, 1e-8, 1e-7, 1.1920929e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1, 2.220446049250313e-16,
                1e-20, 1e-30],
            (o, v) => o with { LogFloor = v }, usual: 0);
        Each("log_offset", [1e-6, 1e-10, 1e-12, 1e-9, 1e-8, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2, 1, 1e-20],
            (o, v) => o with { LogOffset = v }, usual: 0);
        Each("log_reference", [1, 1e-10, 1e-12, 20e-6, 4e-10, 32768, 32768.0 * 32768, 100],
            (o, v) => o with { LogReference = v }, usual: 0);
        Each("raw_energy", [true, false], (o, v) => o with { RawEnergy = v }, usual: 0);
        Each("energy_floor", [0.0, 1], (o, v) => o with { EnergyFloor = v }, usual: 0);
        Each("kind", [FeatureKind.Mfcc, FeatureKind.LogMel], (o, v) => o with { Kind = v }, usual: 0);
        if (options.Kind == FeatureKind.WaveletCepstrum)
        {
            Each("wavelet_name", Wavelet.Names, (o, v) => o with { WaveletName = v }, usual: 3);
            Each("wavelet_border", Enum.GetValues<WaveletBorder>(), (o, v) => o with { WaveletBorder = v });
            Each("wavelet_levels", [1, 2, 3, 4, 5, 6], (o, v) => o with { WaveletLevels = v }, usual: 3);
            Each("lifter", [options.TransformLength], (o, v) => o with { Lifter = v });
        }

        Each("delta_convention", Enum.GetValues<DeltaConvention>(), (o, v) => o with { DeltaConvention = v });
        Each("delta_width", (int?[])[null, 9, 5, 3, 7, 11], (o, v) => o with { DeltaWidth = v }, usual: 0);
        Each("delta_border", Enum.GetValues<DeltaBorder>().Cast<DeltaBorder?>(), (o, v) => o with { DeltaBorder = v },
            usual: 0);
        return changes;

        void Each<T>(
            string setting, IEnumerable<T> values, Func<FeatureOptions, T, FeatureOptions> apply, int usual = 99)
        {
            foreach (T value in values.Distinct())
            {
                var change = new KnownChange(setting, usual-- > 0, one => apply(one, value));
                if (IsValid(change.Apply(options)) && change.Apply(options) != options)
                {
                    changes.Add(change);
                }
            }
        }
    }

    /// <summary>Options whose features have so many rows: another kind, coefficients, bands or deltas.</summary>
    public static IEnumerable<FeatureOptions> OfRows(FeatureOptions options, string stage, int rows)
    {
        if (stage == "power_spectrogram" || stage == "log_spectrum")
        {
            return Valid([ChangeFft(options, 2 * (rows - 1)), ChangeFft(options, (2 * rows) - 1)]);
        }

        if (stage is "mel" or "log_mel")
        {
            return Valid(
            [
                WithBands(options, rows),
                WithBands(options with { UseEnergy = !options.UseEnergy }, rows),
                WithBands(options with { UseEnergy = true }, rows - 1),
            ]);
        }

        List<FeatureOptions> found = [];
        for (int deltas = 0; deltas <= (stage == ReferenceFile.Features ? 2 : 0); deltas++)
        {
            int of = rows / (1 + deltas);
            if (rows % (1 + deltas) != 0)
            {
                continue;
            }

            FeatureOptions with = stage == ReferenceFile.Features ? options with { Deltas = deltas } : options;
            found.Add(with with { Coefficients = of });
            found.AddRange(new[] { of, 40, 64, 80, 128 }
                .Where(bands => bands >= of)
                .Select(bands => with with { Coefficients = of, MelBands = bands }));
            found.Add(with with { Coefficients = of, Kind = FeatureKind.Mfcc });
            if (stage == ReferenceFile.Features)
            {
                found.Add(WithBands(with with { Kind = FeatureKind.LogMel, UseEnergy = false }, of));
                found.Add(WithBands(with with { Kind = FeatureKind.LogMel, UseEnergy = true }, of - 1));
            }
        }

        return Valid(found);
    }

    /// <summary>Options under which the sound has so many frames: another hop or another way to cut frames.</summary>
    public static IEnumerable<FeatureOptions> OfFrames(FeatureOptions options, int samples, int frames)
    {
        List<FeatureOptions> found = [];
        (bool, bool)[] ways = [(options.Center, options.SnipEdges), (true, true), (false, true), (false, false)];
        foreach (FeatureOptions cut in Valid(
            from fft in FftSizes(options).Prepend(options.FftSize).Distinct()
            from way in ways.Distinct()
            from isWindow in new[] { options.FrameIsWindow, !options.FrameIsWindow }
            select ChangeFft(options, fft) with
            {
                Center = way.Item1,
                SnipEdges = way.Item2,
                FrameIsWindow = isWindow,
            }))
        {
            int[] usual =
            [
                options.HopLength, options.SampleRate / 100, options.SampleRate / 80, options.SampleRate / 200,
                cut.FftSize / 4, cut.FftSize / 2, 80, 100, 128, 160, 200, 256, 441, 512,
            ];
            int around = samples / Math.Max(1, frames);
            IEnumerable<int> near = Enumerable.Range(Math.Max(1, around - 24), 49);
            found.AddRange(usual.Where(hop => hop > 0)
                .Concat(near.Where(hop => hop % 10 == 0))
                .Concat(near)
                .Distinct()
                .Select(hop => cut with { HopLength = hop })
                .Where(one => one.Frames(samples) == frames)
                .Take(6));
        }

        return Valid(found);
    }

    /// <summary>Whether the options can be computed.</summary>
    public static bool IsValid(FeatureOptions options)
    {
        try
        {
            options.Validate();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static IEnumerable<FeatureOptions> Valid(IEnumerable<FeatureOptions> all) => all.Where(IsValid).Distinct();

    private static FeatureOptions WithBands(FeatureOptions options, int bands) => options with
    {
        MelBands = bands,
        Coefficients = Math.Min(options.Coefficients, Math.Max(1, bands)),
    };

    /// <summary>Another length of transform; a window longer than it goes along.</summary>
    private static FeatureOptions ChangeFft(FeatureOptions options, int fftSize) => options with
    {
        FftSize = fftSize,
        WindowLength = options.WindowLength > fftSize ? null : options.WindowLength,
    };

    private static IEnumerable<int> FftSizes(FeatureOptions options)
    {
        int frame = options.SampleRate / 40;
        return
        [
            256, 400, 512, 1024, 2048, 200, 320, frame, (int)BitOperations.RoundUpToPowerOf2((uint)frame),
            2 * options.FftSize, options.FftSize / 2,
        ];
    }

    private static IEnumerable<int?> WindowLengths(FeatureOptions options) =>
    [
        null, options.SampleRate / 40, options.SampleRate / 50, options.SampleRate * 32 / 1000, 400, 320, 200,
        options.FftSize / 2, options.FftSize * 3 / 4,
    ];
}
