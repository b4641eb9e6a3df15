// Settings of librosa, of torchaudio and of Kaldi, as golden files name them, to ours.

using System.Numerics;
using System.Text.Json;
using NativeCnn.Features.Spectral;

namespace NativeCnn.Tests.Features;

/// <summary>Reads feature options out of a golden file's config.</summary>
public static class GoldenFeatureOptions
{
    /// <summary>Tells the styles apart by the keys that only one of them has.</summary>
    public static FeatureOptions From(JsonElement config) =>
        config.TryGetProperty("num_ceps", out _) ? FromKaldi(config)
        : config.TryGetProperty("htk", out _) ? FromLibrosa(config) : FromTorchAudio(config);

    private static FeatureOptions FromLibrosa(JsonElement config)
    {
        int sampleRate = config.GetProperty("sample_rate").GetInt32();
        FeatureOptions options = Common(FeatureOptions.Librosa(sampleRate), config);
        return options with
        {
            MelScale = config.GetProperty("htk").GetBoolean() ? MelScale.Htk : MelScale.Slaney,
            MinFrequency = Number(config, "fmin") ?? 0,
            MaxFrequency = Number(config, "fmax"),
            DctType = (int)(Number(config, "dct_type") ?? 2),
            Lifter = Number(config, "lifter") ?? 0,
            LogFloor = Number(config, "amin") ?? options.LogFloor,
            LogReference = Number(config, "ref") ?? options.LogReference,
            DeltaWidth = (int?)Number(config, "delta_width"),
            DeltaConvention = (Text(config, "delta_mode") ?? "interp") == "interp"
                ? DeltaConvention.SavitzkyGolay
                : throw new NotSupportedException($"delta_mode {Text(config, "delta_mode")}"),
        };
    }

    private static FeatureOptions FromTorchAudio(JsonElement config)
    {
        int sampleRate = config.GetProperty("sample_rate").GetInt32();
        FeatureOptions options = Common(FeatureOptions.TorchAudio(sampleRate), config);
        bool logMels = config.TryGetProperty("log_mels", out JsonElement flag) && flag.GetBoolean();
        return options with
        {
            MelScale = Text(config, "mel_scale") == "slaney" ? MelScale.Slaney : MelScale.Htk,
            MinFrequency = Number(config, "f_min") ?? 0,
            MaxFrequency = Number(config, "f_max"),
            Log = logMels ? LogScale.Natural : LogScale.Decibel,
            DeltaWidth = (int?)Number(config, "delta_win"),
        };
    }

    /// <summary>The arguments of torchaudio.compliance.kaldi.mfcc, with its defaults where they are absent.</summary>
    private static FeatureOptions FromKaldi(JsonElement config)
    {
        foreach (string key in new[] { "dither", "min_duration", "htk_compat", "subtract_mean" })
        {
            if (Number(config, key) is not (null or 0) || Flag(config, key, false))
            {
                throw new NotSupportedException(key);
            }
        }

        double rate = Number(config, "sample_frequency") ?? 16000;
        int window = (int)(rate * (Number(config, "frame_length") ?? 25) * 0.001);
        double high = Number(config, "high_freq") ?? 0;
        return FeatureOptions.Kaldi((int)rate) with
        {
            FftSize = Flag(config, "round_to_power_of_two", true)
                ? (int)BitOperations.RoundUpToPowerOf2((uint)window)
                : window,
            WindowLength = window,
            HopLength = (int)(rate * (Number(config, "frame_shift") ?? 10) * 0.001),
            Window = Text(config, "window_type") == "hanning"
                ? WindowKind.Hann
                : WindowOf(Text(config, "window_type") ?? "povey"),
            RemoveDc = Flag(config, "remove_dc_offset", true),
            PreEmphasis = Number(config, "preemphasis_coefficient") ?? 0.97,
            SnipEdges = Flag(config, "snip_edges", true),
            MelBands = (int)(Number(config, "num_mel_bins") ?? 23),
            MinFrequency = Number(config, "low_freq") ?? 20,
            MaxFrequency = high > 0 ? high : (rate / 2) + high,
            Coefficients = (int)(Number(config, "num_ceps") ?? 13),
            Lifter = Number(config, "cepstral_lifter") ?? 22,
            UseEnergy = Flag(config, "use_energy", false),
            RawEnergy = Flag(config, "raw_energy", true),
            EnergyFloor = Number(config, "energy_floor") ?? 1,
        };
    }

    private static FeatureOptions Common(FeatureOptions preset, JsonElement config) => preset with
    {
        FftSize = (int)(Number(config, "n_fft") ?? preset.FftSize),
        HopLength = (int)(Number(config, "hop_length") ?? preset.HopLength),
        WindowLength = (int?)Number(config, "win_length"),
        Window = WindowOf(Text(config, "window") ?? "hann"),
        PeriodicWindow = Text(config, "window")?.Contains("symmetric", StringComparison.Ordinal) != true,
        Center = !config.TryGetProperty("center", out JsonElement center) || center.GetBoolean(),
        PadMode = Text(config, "pad_mode") switch
        {
            "constant" => PadMode.Constant,
            "reflect" => PadMode.Reflect,
            null => preset.PadMode,
            string other => throw new NotSupportedException($"pad_mode {other}"),
        },
        Power = (int)(Number(config, "power") ?? 2),
        MelBands = (int)(Number(config, "n_mels") ?? preset.MelBands),
        MelNorm = !config.TryGetProperty("norm", out _) ? preset.MelNorm
            : Text(config, "norm") == "slaney" ? MelNorm.Slaney : MelNorm.None,
        TopDb = config.TryGetProperty("top_db", out _) ? Number(config, "top_db") : preset.TopDb,
        Coefficients = (int)(Number(config, "n_mfcc") ?? preset.Coefficients),
        DctNorm = !config.TryGetProperty("dct_norm", out _) || Text(config, "dct_norm") == "ortho"
            ? DctNorm.Ortho : DctNorm.None,
    };

    private static WindowKind WindowOf(string name) => name.Split(' ')[0] switch
    {
        "hann" => WindowKind.Hann,
        "hamming" => WindowKind.Hamming,
        "povey" => WindowKind.Povey,
        "blackman" => WindowKind.Blackman,
        "rectangular" or "boxcar" or "ones" => WindowKind.Rectangular,
        string other => throw new NotSupportedException($"window {other}"),
    };

    private static bool Flag(JsonElement config, string key, bool usual) =>
        config.TryGetProperty(key, out JsonElement value)
        && value.ValueKind is (JsonValueKind.True or JsonValueKind.False)
            ? value.GetBoolean() : usual;

    private static double? Number(JsonElement config, string key) =>
        config.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble() : null;

    private static string? Text(JsonElement config, string key) =>
        config.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
}
