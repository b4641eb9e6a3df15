// Settings of librosa and of torchaudio, as golden files name them, to ours.

using System.Text.Json;
using NativeCnn.Features.Spectral;

namespace NativeCnn.Tests.Features;

/// <summary>Reads feature options out of a golden file's config.</summary>
public static class GoldenFeatureOptions
{
    /// <summary>Tells the two styles apart by the key that only one of them has.</summary>
    public static FeatureOptions From(JsonElement config) =>
        config.TryGetProperty("htk", out _) ? FromLibrosa(config) : FromTorchAudio(config);

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

    private static double? Number(JsonElement config, string key) =>
        config.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble() : null;

    private static string? Text(JsonElement config, string key) =>
        config.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
}
