// Options of librosa, torchaudio and Kaldi, by the names that these systems have for them, to ours. Each that their
// chains have is read; one that is not known, or whose value cannot be computed here, is refused and not passed over.
// What describes a file and is no option ("seed", "note") may stand there too.
// Sources: the signatures of librosa.feature.mfcc, melspectrogram and delta (1.0); torchaudio.transforms.MFCC,
// MelSpectrogram and functional.compute_deltas (2.6); torchaudio.compliance.kaldi.mfcc (2.6).
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using NativeCnn.Engine.Messages;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;

namespace NativeCnn.Tools.Differences;

/// <summary>Reads the options of other systems.</summary>
public static class ReferenceOptions
{
    // Under which names the systems have an option of ours, so that an error can name theirs.
    private static readonly (string Ours, string[] Theirs)[] Names =
    [
        (nameof(FeatureOptions.SampleRate), ["sample_rate", "sr", "sample_frequency"]),
        (nameof(FeatureOptions.FftSize), ["n_fft", "frame_length"]),
        (nameof(FeatureOptions.HopLength), ["hop_length", "frame_shift"]),
        (nameof(FeatureOptions.SampleScale), ["normalized"]),
        (nameof(FeatureOptions.PreEmphasis), ["preemphasis_coefficient"]),
        (nameof(FeatureOptions.WindowLength), ["win_length", "frame_length"]),
        (nameof(FeatureOptions.WindowParameter), ["wkwargs", "window", "window_fn", "blackman_coeff"]),
        (nameof(FeatureOptions.SnipEdges), ["snip_edges"]),
        (nameof(FeatureOptions.Power), ["power"]),
        (nameof(FeatureOptions.MelBands), ["n_mels", "num_mel_bins"]),
        (nameof(FeatureOptions.MinFrequency), ["f_min", "fmin", "low_freq"]),
        (nameof(FeatureOptions.MaxFrequency), ["f_max", "fmax", "high_freq"]),
        (nameof(FeatureOptions.VtlnWarp), ["vtln_warp"]),
        (nameof(FeatureOptions.VtlnLow), ["vtln_low"]),
        (nameof(FeatureOptions.VtlnHigh), ["vtln_high"]),
        (nameof(FeatureOptions.LogFloor), ["amin"]),
        (nameof(FeatureOptions.LogReference), ["ref"]),
        (nameof(FeatureOptions.TopDb), ["top_db"]),
        (nameof(FeatureOptions.Coefficients), ["n_mfcc", "num_ceps"]),
        (nameof(FeatureOptions.DctType), ["dct_type"]),
        (nameof(FeatureOptions.Lifter), ["lifter", "cepstral_lifter"]),
        (nameof(FeatureOptions.EnergyFloor), ["energy_floor"]),
        (nameof(FeatureOptions.DeltaWidth), ["delta_width", "delta_win"]),
    ];

    /// <summary>Our options that compute what theirs do.</summary>
    /// <param name="config">A JSON object with their options, by their names.</param>
    /// <param name="producer">Who made the reference, such as <c>librosa 1.0</c>; empty to go by names alone.</param>
    /// <exception cref="FeatureOptionsException">A setting is not known, or cannot be computed here.</exception>
    public static ReferenceChain Read(JsonElement config, string producer = "")
    {
        ArgumentNullException.ThrowIfNull(producer);
        var reader = new OptionsReader(config);
        ReferenceChain chain =
            producer.Contains("kaldi", StringComparison.OrdinalIgnoreCase) || Any("num_ceps", "sample_frequency")
                ? ReadKaldi(reader)
            : producer.StartsWith("librosa", StringComparison.OrdinalIgnoreCase) || Any("htk", "fmin", "sr")
                ? ReadLibrosa(reader)
            : producer.StartsWith("torchaudio", StringComparison.OrdinalIgnoreCase) || Any("mel_scale", "log_mels")
                ? ReadTorchAudio(reader)
            : throw new FeatureOptionsException(
                $"the options of the reference are those of no system known here (made by '{producer}')");
        reader.Take("name", "note", "comment", "description", "signal", "seed", "samples", "seconds", "duration");
        reader.RefuseOthers();
        Check(chain.Options, reader);
        return chain;

        bool Any(params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                if (reader.Has(name))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Throws unless the options can be computed; the message has the reference's name of it.</summary>
    private static void Check(FeatureOptions options, OptionsReader reader)
    {
        try
        {
            options.Validate();
        }
        catch (ArgumentException error)
        {
            string[] theirs = Names.FirstOrDefault(one => one.Ours == error.ParamName).Theirs ?? [];
            string what = theirs.FirstOrDefault(reader.Has) is { } name
                ? $"the setting {name} of the reference"
                : "the reference's features";
            throw new FeatureOptionsException($"{what} cannot be computed here: {error.WithoutParameter()}", error);
        }
    }

    private static ReferenceChain ReadLibrosa(OptionsReader reader)
    {
        FeatureOptions usual = FeatureOptions.Librosa(reader.Integer("sample_rate", "sr") ?? 22050);
        (WindowKind window, bool? periodic, double? parameter) = WindowOf(reader);
        JsonElement? reference = reader.Take("ref");
        bool isMaximum = reference is { ValueKind: JsonValueKind.String } text
            && text.GetString()!.Contains("max", StringComparison.Ordinal);
        reader.Only("dtype", "float32", "float64");
        reader.Only("cval", 0);
        return new(usual with
        {
            FftSize = reader.Integer("n_fft") ?? usual.FftSize,
            HopLength = reader.Integer("hop_length") ?? usual.HopLength,
            WindowLength = reader.Integer("win_length"),
            Window = window,
            PeriodicWindow = periodic ?? true,
            WindowParameter = parameter,
            Center = reader.Flag("center") ?? true,
            PadMode = PadModeOf(reader.Text("pad_mode") ?? "constant"),
            Power = reader.Integer("power") ?? 2,
            MelBands = reader.Integer("n_mels") ?? usual.MelBands,
            MelScale = reader.Flag("htk") ?? false ? MelScale.Htk : MelScale.Slaney,
            MelNorm = MelNormOf(reader, reader.Has("norm") ? "norm" : "mel_norm"),
            MinFrequency = reader.Number("fmin") ?? 0,
            MaxFrequency = reader.Number("fmax"),
            LogFloor = reader.Number("amin") ?? usual.LogFloor,
            LogReference = isMaximum ? 1 : reader.Number("ref") ?? 1,
            ReferenceIsMaximum = isMaximum,
            TopDb = reader.Has("top_db") ? reader.Number("top_db") : usual.TopDb,
            Coefficients = Math.Min(
                CoefficientsOf(reader, usual), reader.Integer("n_mels") ?? usual.MelBands),
            DctType = reader.Integer("dct_type") ?? 2,
            DctNorm = DctNormOf(reader),
            Lifter = reader.Number("lifter") ?? 0,
            DeltaWidth = reader.Integer("delta_width"),
            DeltaBorder = reader.Text("delta_mode") switch
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

    private static ReferenceChain ReadTorchAudio(OptionsReader reader)
    {
        FeatureOptions usual = FeatureOptions.TorchAudio(reader.Integer("sample_rate") ?? 16000);
        (WindowKind window, bool? periodic, double? parameter) = WindowOf(reader);
        int fftSize = reader.Integer("n_fft") ?? usual.FftSize;
        int? windowLength = reader.Integer("win_length");
        reader.Only("onesided", "true");
        var options = usual with
        {
            FftSize = fftSize,
            WindowLength = windowLength,
            HopLength = reader.Integer("hop_length") ?? Math.Max(1, (windowLength ?? fftSize) / 2),
            Window = window,
            PeriodicWindow = periodic ?? true,
            WindowParameter = parameter,
            Center = reader.Flag("center") ?? true,
            PadMode = PadModeOf(reader.Text("pad_mode") ?? "reflect"),
            Power = reader.Integer("power") ?? 2,
            MelBands = reader.Integer("n_mels") ?? usual.MelBands,
            MelScale = reader.Text("mel_scale") switch
            {
                null or "htk" => MelScale.Htk,
                "slaney" => MelScale.Slaney,
                string other => throw Unknown("mel_scale", other),
            },
            MelNorm = reader.Has("norm") ? MelNormOf(reader, "norm") : MelNorm.None,
            MinFrequency = reader.Number("f_min") ?? 0,
            MaxFrequency = reader.Number("f_max"),
            Log = reader.Flag("log_mels") ?? false ? LogScale.Natural : LogScale.Decibel,
            TopDb = reader.Has("top_db") ? reader.Number("top_db") : usual.TopDb,
            Coefficients = CoefficientsOf(reader, usual),
            DctType = reader.Integer("dct_type") ?? 2,
            DctNorm = DctNormOf(reader),
            DeltaWidth = reader.Integer("delta_win"),
            DeltaBorder = reader.Text("delta_mode") switch
            {
                null or "replicate" => null,
                "reflect" => DeltaBorder.Mirrored,
                "constant" => DeltaBorder.Zero,
                "circular" => DeltaBorder.Wrapped,
                string other => throw Unknown("delta_mode", other),
            },
        };

        Check(options, reader);

        // Dividing the spectrum by a number is dividing the samples by it.
        double energy = Windows.Create(options).Sum(weight => (double)weight * weight);
        double divisor = reader.Take("normalized") switch
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
            { } other => throw OptionsReader.Wrong("normalized", other, "a flag, 'window' or 'frame_length'"),
        };
        int pad = reader.Integer("pad") ?? 0;
        return pad >= 0
            ? new(options with { SampleScale = 1 / divisor }, pad)
            : throw new FeatureOptionsException($"the setting pad is {pad}: 0 or more samples are expected");
    }

    private static ReferenceChain ReadKaldi(OptionsReader reader)
    {
        reader.Only("dither", 0);
        reader.Only("channel", 0, -1);
        reader.Only("use_power", "true");
        reader.Only("use_log_fbank", "true");
        int rate = reader.Integer("sample_frequency") ?? 16000;
        int window = (int)((double)rate * (reader.Number("frame_length") ?? 25) * 0.001);
        double high = reader.Number("high_freq") ?? 0;
        string windowName = reader.Text("window_type") ?? "povey";
        double blackman = reader.Number("blackman_coeff") ?? 0.42;
        (WindowKind kind, _, _) = KindOf(windowName, "window_type");
        bool htk = reader.Flag("htk_compat") ?? false;
        bool energy = reader.Flag("use_energy") ?? false;
        return new(
            FeatureOptions.Kaldi(rate) with
            {
                FftSize = reader.Flag("round_to_power_of_two") ?? true
                    ? (int)BitOperations.RoundUpToPowerOf2((uint)window)
                    : window,
                WindowLength = window,
                HopLength = (int)((double)rate * (reader.Number("frame_shift") ?? 10) * 0.001),
                Window = kind,
                WindowParameter = kind == WindowKind.Blackman ? blackman : null,
                RemoveDc = reader.Flag("remove_dc_offset") ?? true,
                PreEmphasis = reader.Number("preemphasis_coefficient") ?? 0.97,
                SnipEdges = reader.Flag("snip_edges") ?? true,
                MelBands = reader.Integer("num_mel_bins") ?? 23,
                MinFrequency = reader.Number("low_freq") ?? 20,
                MaxFrequency = high > 0 ? high : (rate / 2.0) + high,
                VtlnWarp = reader.Number("vtln_warp") ?? 1,
                VtlnLow = reader.Number("vtln_low") ?? 100,
                VtlnHigh = reader.Number("vtln_high") ?? -500,
                Coefficients = reader.Integer("num_ceps") ?? 13,
                Lifter = reader.Number("cepstral_lifter") ?? 22,
                UseEnergy = energy,
                RawEnergy = reader.Flag("raw_energy") ?? true,
                EnergyFloor = reader.Number("energy_floor") ?? 1,
                FirstRowLast = htk,
                DctNorm = htk && !energy ? DctNorm.Htk : DctNorm.Ortho,
                SubtractMean = reader.Flag("subtract_mean") ?? false,
            },
            LeastSeconds: reader.Number("min_duration") ?? 0);
    }

    private static int CoefficientsOf(OptionsReader reader, FeatureOptions usual) =>
        reader.Integer("n_mfcc") ?? usual.Coefficients;

    private static DctNorm DctNormOf(OptionsReader reader) => reader.Text("dct_norm") switch
    {
        "ortho" => DctNorm.Ortho,
        null => reader.Has("dct_norm") ? DctNorm.None : DctNorm.Ortho,
        string other => throw Unknown("dct_norm", other),
    };

    private static MelNorm MelNormOf(OptionsReader reader, string name) => reader.Take(name) switch
    {
        null => reader.Has(name) ? MelNorm.None : MelNorm.Slaney,
        { ValueKind: JsonValueKind.Number } p => p.GetDouble() switch
        {
            1 => MelNorm.Sum,
            2 => MelNorm.Length,
            _ => throw OptionsReader.Wrong(name, p, "1, 2, inf, slaney or null"),
        },
        { ValueKind: JsonValueKind.String } text => text.GetString() switch
        {
            "slaney" => MelNorm.Slaney,
            "inf" or "Infinity" => MelNorm.Peak,
            string other => throw Unknown(name, other),
            null => MelNorm.None,
        },
        { } other => throw OptionsReader.Wrong(name, other, "1, 2, inf, slaney or null"),
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
    private static (WindowKind Kind, bool? Periodic, double? Parameter) WindowOf(OptionsReader reader)
    {
        (WindowKind Kind, bool? Periodic, double? Parameter) window = reader.Take("window", "window_fn") switch
        {
            null => (WindowKind.Hann, null, null),
            { ValueKind: JsonValueKind.String } name => KindOf(name.GetString()!, "window"),
            { ValueKind: JsonValueKind.Number } beta => (WindowKind.Kaiser, null, beta.GetDouble()),
            { ValueKind: JsonValueKind.Array } pair
                when pair.GetArrayLength() is 1 or 2 && pair[0].ValueKind == JsonValueKind.String =>
                KindOf(pair[0].GetString()!, "window") with
                {
                    Parameter = pair.GetArrayLength() == 1 ? null
                        : pair[1].ValueKind == JsonValueKind.Number ? pair[1].GetDouble()
                        : throw OptionsReader.Wrong("window", pair, "a name and a number"),
                },
            { } other => throw OptionsReader.Wrong("window", other, "a name, or a name and a number"),
        };
        if (reader.Take("wkwargs") is { } keywords)
        {
            var keywordReader = new OptionsReader(keywords);
            double? alpha = keywordReader.Number("alpha");
            double? beta = keywordReader.Number("beta");
            if (window.Kind == WindowKind.Hamming && beta is { } b && Math.Abs((alpha ?? 0.54) + b - 1) > 1e-9)
            {
                throw new FeatureOptionsException(
                    "wkwargs has an alpha and a beta that do not add up to 1, as they do in a Hamming window here");
            }

            window = window with
            {
                Periodic = keywordReader.Flag("periodic") ?? window.Periodic,
                Parameter = (window.Kind == WindowKind.Kaiser ? beta : alpha) ?? window.Parameter,
            };
            keywordReader.RefuseOthers();
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

    private static FeatureOptionsException Unknown(string setting, string value) =>
        new($"the setting {setting} is '{value}', which cannot be computed here");
}
