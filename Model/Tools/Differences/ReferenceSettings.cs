// Settings of librosa, torchaudio and Kaldi, as those who call them name them, to ours. Each setting that these chains
// have is read; one that is not known, or whose value cannot be computed here, is refused and not passed over. What
// describes a file and is no setting ("seed", "note") may stand there too.
// Sources: the signatures of librosa.feature.mfcc, melspectrogram and delta (1.0); torchaudio.transforms.MFCC,
// MelSpectrogram and functional.compute_deltas (2.6); torchaudio.compliance.kaldi.mfcc (2.6).
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using NativeCnn.Features.Spectral;
using NativeCnn.Model.Runs;

namespace NativeCnn.Tools.Differences;

/// <summary>The chain that a reference was made by.</summary>
/// <param name="Options">Its settings, as ours.</param>
/// <param name="PadSamples">Silence that is put before and behind the clip first (torchaudio's <c>pad</c>).</param>
/// <param name="LeastSeconds">A shorter clip has no features at all (Kaldi's <c>min_duration</c>).</param>
public sealed record ReferenceChain(FeatureOptions Options, int PadSamples = 0, double LeastSeconds = 0);

/// <summary>Reads the settings of other systems.</summary>
public static class ReferenceSettings
{
    /// <summary>Our settings that compute what theirs do.</summary>
    /// <param name="config">A JSON object with their settings, by their names.</param>
    /// <param name="producer">Who made the reference, such as <c>librosa 1.0</c>; empty to go by names alone.</param>
    /// <exception cref="FeatureSettingsException">A setting is not known, or cannot be computed here.</exception>
    public static ReferenceChain Read(JsonElement config, string producer = "")
    {
        ArgumentNullException.ThrowIfNull(producer);
        var settings = new SettingsReader(config);
        ReferenceChain chain =
            producer.Contains("kaldi", StringComparison.OrdinalIgnoreCase) || Any("num_ceps", "sample_frequency")
                ? ReadKaldi(settings)
            : producer.StartsWith("librosa", StringComparison.OrdinalIgnoreCase) || Any("htk", "fmin", "sr")
                ? ReadLibrosa(settings)
            : producer.StartsWith("torchaudio", StringComparison.OrdinalIgnoreCase) || Any("mel_scale", "log_mels")
                ? ReadTorchAudio(settings)
            : throw new FeatureSettingsException(
                $"the settings of the reference are those of no system known here (made by '{producer}')");
        settings.Take("name", "note", "comment", "description", "signal", "seed", "samples", "seconds", "duration");
        settings.RefuseOthers();
        FeatureSettings.Validate(chain.Options, "the reference's features");
        return chain;

        bool Any(params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                if (settings.Has(name))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static ReferenceChain ReadLibrosa(SettingsReader settings)
    {
        FeatureOptions usual = FeatureOptions.Librosa(settings.Integer("sample_rate", "sr") ?? 22050);
        (WindowKind window, bool? periodic, double? parameter) = WindowOf(settings);
        JsonElement? reference = settings.Take("ref");
        bool isMaximum = reference is { ValueKind: JsonValueKind.String } text
            && text.GetString()!.Contains("max", StringComparison.Ordinal);
        settings.Only("dtype", "float32", "float64");
        settings.Only("cval", "0", "0.0");
        return new(usual with
        {
            FftSize = settings.Integer("n_fft") ?? usual.FftSize,
            HopLength = settings.Integer("hop_length") ?? usual.HopLength,
            WindowLength = settings.Integer("win_length"),
            Window = window,
            PeriodicWindow = periodic ?? true,
            WindowParameter = parameter,
            Center = settings.Flag("center") ?? true,
            PadMode = PadModeOf(settings.Text("pad_mode") ?? "constant"),
            Power = settings.Integer("power") ?? 2,
            MelBands = settings.Integer("n_mels") ?? usual.MelBands,
            MelScale = settings.Flag("htk") ?? false ? MelScale.Htk : MelScale.Slaney,
            MelNorm = MelNormOf(settings, settings.Has("norm") ? "norm" : "mel_norm"),
            MinFrequency = settings.Number("fmin") ?? 0,
            MaxFrequency = settings.Number("fmax"),
            LogFloor = settings.Number("amin") ?? usual.LogFloor,
            LogReference = isMaximum ? 1 : settings.Number("ref") ?? 1,
            ReferenceIsMaximum = isMaximum,
            TopDb = settings.Has("top_db") ? settings.Number("top_db") : usual.TopDb,
            Coefficients = Math.Min(
                CoefficientsOf(settings, usual), settings.Integer("n_mels") ?? usual.MelBands),
            DctType = settings.Integer("dct_type") ?? 2,
            DctNorm = DctNormOf(settings),
            Lifter = settings.Number("lifter") ?? 0,
            DeltaWidth = settings.Integer("delta_width"),
            DeltaBorder = settings.Text("delta_mode") switch
            {
                null or "interp" => null,
                "nearest" => DeltaBorder.Nearest,
                "mirror" => DeltaBorder.Mirrored,
                "constant" => DeltaBorder.Zero,
                "wrap" => DeltaBorder.Wrapped,
                string other => throw Unknown("delta_mode", other),
            },
        });
    }

    private static ReferenceChain ReadTorchAudio(SettingsReader settings)
    {
        FeatureOptions usual = FeatureOptions.TorchAudio(settings.Integer("sample_rate") ?? 16000);
        (WindowKind window, bool? periodic, double? parameter) = WindowOf(settings);
        int fftSize = settings.Integer("n_fft") ?? usual.FftSize;
        int? windowLength = settings.Integer("win_length");
        settings.Only("onesided", "true");
        var options = usual with
        {
            FftSize = fftSize,
            WindowLength = windowLength,
            HopLength = settings.Integer("hop_length") ?? Math.Max(1, (windowLength ?? fftSize) / 2),
            Window = window,
            PeriodicWindow = periodic ?? true,
            WindowParameter = parameter,
            Center = settings.Flag("center") ?? true,
            PadMode = PadModeOf(settings.Text("pad_mode") ?? "reflect"),
            Power = settings.Integer("power") ?? 2,
            MelBands = settings.Integer("n_mels") ?? usual.MelBands,
            MelScale = settings.Text("mel_scale") switch
            {
                null or "htk" => MelScale.Htk,
                "slaney" => MelScale.Slaney,
                string other => throw Unknown("mel_scale", other),
            },
            MelNorm = settings.Has("norm") ? MelNormOf(settings, "norm") : MelNorm.None,
            MinFrequency = settings.Number("f_min") ?? 0,
            MaxFrequency = settings.Number("f_max"),
            Log = settings.Flag("log_mels") ?? false ? LogScale.Natural : LogScale.Decibel,
            TopDb = settings.Has("top_db") ? settings.Number("top_db") : usual.TopDb,
            Coefficients = CoefficientsOf(settings, usual),
            DctType = settings.Integer("dct_type") ?? 2,
            DctNorm = DctNormOf(settings),
            DeltaWidth = settings.Integer("delta_win"),
            DeltaBorder = settings.Text("delta_mode") switch
            {
                null or "replicate" => null,
                "reflect" => DeltaBorder.Mirrored,
                "constant" => DeltaBorder.Zero,
                "circular" => DeltaBorder.Wrapped,
                string other => throw Unknown("delta_mode", other),
            },
        };

        // Dividing the spectrum by a number is dividing the samples by it.
        double energy = Windows.Create(options).Sum(weight => (double)weight * weight);
        double divisor = settings.Take("normalized") switch
        {
            null or { ValueKind: JsonValueKind.False } => 1,
            { ValueKind: JsonValueKind.True } => Math.Sqrt(energy),
            { ValueKind: JsonValueKind.String } text => text.GetString() switch
            {
                "window" => Math.Sqrt(energy),
                "frame_length" => Math.Sqrt(fftSize),
                string other => throw Unknown("normalized", other),
                null => 1,
            },
            { } other => throw SettingsReader.Wrong("normalized", other, "a flag, 'window' or 'frame_length'"),
        };
        return new(options with { SampleScale = 1 / divisor }, settings.Integer("pad") ?? 0);
    }

    private static ReferenceChain ReadKaldi(SettingsReader settings)
    {
        foreach (string name in (string[])["dither", "channel"])
        {
            settings.Only(name, "0", "0.0", "-1");
        }

        settings.Only("use_power", "true");
        settings.Only("use_log_fbank", "true");
        int rate = settings.Integer("sample_frequency") ?? 16000;
        int window = (int)((double)rate * (settings.Number("frame_length") ?? 25) * 0.001);
        double high = settings.Number("high_freq") ?? 0;
        string windowName = settings.Text("window_type") ?? "povey";
        double blackman = settings.Number("blackman_coeff") ?? 0.42;
        (WindowKind kind, _, _) = KindOf(windowName, "window_type");
        bool htk = settings.Flag("htk_compat") ?? false;
        bool energy = settings.Flag("use_energy") ?? false;
        return new(
            FeatureOptions.Kaldi(rate) with
            {
                FftSize = settings.Flag("round_to_power_of_two") ?? true
                    ? (int)BitOperations.RoundUpToPowerOf2((uint)window)
                    : window,
                WindowLength = window,
                HopLength = (int)((double)rate * (settings.Number("frame_shift") ?? 10) * 0.001),
                Window = kind,
                WindowParameter = kind == WindowKind.Blackman ? blackman : null,
                RemoveDc = settings.Flag("remove_dc_offset") ?? true,
                PreEmphasis = settings.Number("preemphasis_coefficient") ?? 0.97,
                SnipEdges = settings.Flag("snip_edges") ?? true,
                MelBands = settings.Integer("num_mel_bins") ?? 23,
                MinFrequency = settings.Number("low_freq") ?? 20,
                MaxFrequency = high > 0 ? high : (rate / 2.0) + high,
                VtlnWarp = settings.Number("vtln_warp") ?? 1,
                VtlnLow = settings.Number("vtln_low") ?? 100,
                VtlnHigh = settings.Number("vtln_high") ?? -500,
                Coefficients = settings.Integer("num_ceps") ?? 13,
                Lifter = settings.Number("cepstral_lifter") ?? 22,
                UseEnergy = energy,
                RawEnergy = settings.Flag("raw_energy") ?? true,
                EnergyFloor = settings.Number("energy_floor") ?? 1,
                FirstRowLast = htk,
                DctNorm = htk && !energy ? DctNorm.Htk : DctNorm.Ortho,
                SubtractMean = settings.Flag("subtract_mean") ?? false,
            },
            LeastSeconds: settings.Number("min_duration") ?? 0);
    }

    private static int CoefficientsOf(SettingsReader settings, FeatureOptions usual) =>
        settings.Integer("n_mfcc") ?? usual.Coefficients;

    private static DctNorm DctNormOf(SettingsReader settings) => settings.Text("dct_norm") switch
    {
        "ortho" => DctNorm.Ortho,
        null => settings.Has("dct_norm") ? DctNorm.None : DctNorm.Ortho,
        string other => throw Unknown("dct_norm", other),
    };

    private static MelNorm MelNormOf(SettingsReader settings, string name) => settings.Take(name) switch
    {
        null => settings.Has(name) ? MelNorm.None : MelNorm.Slaney,
        { ValueKind: JsonValueKind.Number } p => p.GetDouble() switch
        {
            1 => MelNorm.Sum,
            2 => MelNorm.Length,
            _ => throw SettingsReader.Wrong(name, p, "1, 2, inf, slaney or null"),
        },
        { ValueKind: JsonValueKind.String } text => text.GetString() switch
        {
            "slaney" => MelNorm.Slaney,
            "inf" or "Infinity" => MelNorm.Peak,
            string other => throw Unknown(name, other),
            null => MelNorm.None,
        },
        { } other => throw SettingsReader.Wrong(name, other, "1, 2, inf, slaney or null"),
    };

    private static PadMode PadModeOf(string name) => name switch
    {
        "constant" => PadMode.Constant,
        "reflect" => PadMode.Reflect,
        "symmetric" => PadMode.Symmetric,
        "edge" or "replicate" => PadMode.Edge,
        "wrap" or "circular" => PadMode.Wrap,
        string other => throw Unknown("pad_mode", other),
    };

    /// <summary>
    /// A window by name ("hann", "hamming (periodic)"), a pair of name and number, or a number alone, Kaiser's beta, as
    /// scipy.signal.get_window takes them; torch's functions by their names, with their keywords.
    /// </summary>
    private static (WindowKind Kind, bool? Periodic, double? Parameter) WindowOf(SettingsReader settings)
    {
        (WindowKind Kind, bool? Periodic, double? Parameter) window = settings.Take("window", "window_fn") switch
        {
            null => (WindowKind.Hann, null, null),
            { ValueKind: JsonValueKind.String } name => KindOf(name.GetString()!, "window"),
            { ValueKind: JsonValueKind.Number } beta => (WindowKind.Kaiser, null, beta.GetDouble()),
            { ValueKind: JsonValueKind.Array } pair
                when pair.GetArrayLength() is 1 or 2 && pair[0].ValueKind == JsonValueKind.String =>
                KindOf(pair[0].GetString()!, "window") with
                {
                    Parameter = pair.GetArrayLength() == 2 ? pair[1].GetDouble() : null,
                },
            { } other => throw SettingsReader.Wrong("window", other, "a name, or a name and a number"),
        };
        if (settings.Take("wkwargs") is { } keywords)
        {
            var reader = new SettingsReader(keywords);
            double? alpha = reader.Number("alpha");
            double? beta = reader.Number("beta");
            if (window.Kind == WindowKind.Hamming && beta is { } b && Math.Abs((alpha ?? 0.54) + b - 1) > 1e-9)
            {
                throw new FeatureSettingsException(
                    "wkwargs has an alpha and a beta that do not add up to 1, as they do in a Hamming window here");
            }

            window = window with
            {
                Periodic = reader.Flag("periodic") ?? window.Periodic,
                Parameter = (window.Kind == WindowKind.Kaiser ? beta : alpha) ?? window.Parameter,
            };
            reader.RefuseOthers();
        }

        return window;
    }

    private static (WindowKind Kind, bool? Periodic, double? Parameter) KindOf(string name, string setting)
    {
        string[] words = name.Split([' ', '(', ')', ','], StringSplitOptions.RemoveEmptyEntries);
        bool? periodic = null;
        double? parameter = null;
        foreach (string word in words.Skip(1))
        {
            if (word is "periodic" or "symmetric")
            {
                periodic = word == "periodic";
            }
            else if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            {
                parameter = number;
            }
            else
            {
                throw Unknown(setting, name);
            }
        }

        string bare = (words.Length == 0 ? "" : words[0]).Replace("torch.", "", StringComparison.Ordinal)
            .Replace("_window", "", StringComparison.Ordinal);
        WindowKind kind = bare switch
        {
            "hann" or "hanning" => WindowKind.Hann,
            "hamming" => WindowKind.Hamming,
            "povey" => WindowKind.Povey,
            "blackman" => WindowKind.Blackman,
            "rectangular" or "boxcar" or "ones" or "torch.ones" => WindowKind.Rectangular,
            "bartlett" => WindowKind.Bartlett,
            "triang" or "triangular" => WindowKind.Triangular,
            "cosine" => WindowKind.Cosine,
            "bohman" => WindowKind.Bohman,
            "blackmanharris" => WindowKind.BlackmanHarris,
            "nuttall" => WindowKind.Nuttall,
            "flattop" => WindowKind.FlatTop,
            "parzen" => WindowKind.Parzen,
            "barthann" => WindowKind.BartlettHann,
            "kaiser" => WindowKind.Kaiser,
            "gaussian" => WindowKind.Gaussian,
            "tukey" => WindowKind.Tukey,
            _ => throw Unknown(setting, name),
        };
        return (kind, periodic, parameter);
    }

    private static FeatureSettingsException Unknown(string setting, string value) =>
        new($"the setting {setting} is '{value}', which cannot be computed here");
}
