// The options that several commands share, each made anew for every command.
using System.CommandLine;
using System.CommandLine.Parsing;
using NativeCnn.Cli.Errors;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Kernels;
using NativeCnn.Features.Options;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.Data.Keywords;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Presets;

namespace NativeCnn.Cli.Options;

internal static class CommonOptions
{
    /// <summary>The device where none is named.</summary>
    public const string AnyDevice = "auto";

    public static Option<string> Device(string fallback = AnyDevice) => OptionOf.Text(
        "--device", "auto|cpu|cuda[:i]|opencl[:i]|ptx|simulator",
        "Where to compute; auto takes a CUDA device, else an OpenCL GPU, else the processor.", fallback)
        .In(HelpGroup.Device);

    public static Option<string> Network(string fallback, string more = "") => OptionOf.Text(
        "--model", ModelForms, $"The network, or a file that lists its layers: {ModelSentences}.{more}", fallback)
        .In(HelpGroup.Network);

    /// <summary>What names a network.</summary>
    public static string ModelForms => string.Join('|', [.. NetworkPresets.Names, "FILE.json"]);

    /// <summary>The networks that have a name, each with its sentence.</summary>
    public static string ModelSentences =>
        string.Join("; ", NetworkPresets.All.Select(one => $"{one.Name}: {one.Sentence}"));

    public static Option<int> Workers() => OptionOf.Integer(
        "--workers", "Threads of the device cpu; 0 for one a processor. Every number gives the same bits.", 0, 0,
        1024)
        .In(HelpGroup.Device);

    public static Option<string[]> Rungs() => new Option<string[]>("--rung")
    {
        HelpName = "LADDER=N",
        Description = "Another kernel than the device's own choice, matmul=2 for instance; may be given again. " +
            "`nativecnn kernels choices` lists what there is. NATIVECNN_RUNGS does the same.",
        DefaultValueFactory = _ => [],
    }.Completing(() => KernelLadder.OfProcess().Select(ladder => $"{ladder.Name}=")).In(HelpGroup.Device);

    /// <summary>What <see cref="Rungs"/> gave, as one list; null for nothing.</summary>
    public static string? RungList(string[]? given) => given is { Length: > 0 } ? string.Join(',', given) : null;

    public static Option<string> Precision() => OptionOf.Choice(
        "--precision",
        "Matrix products and convolutions in float32, or with factors of 10 bits behind the point on the tensor cores " +
        "of an NVIDIA GPU.",
        "fp32", "fp32", "tf32")
        .In(HelpGroup.Device);

    /// <summary>What <see cref="Precision"/> gave.</summary>
    public static FloatPrecision PrecisionOf(string? given) =>
        given == "tf32" ? FloatPrecision.Tf32 : FloatPrecision.Fp32;

    public static Option<string> Graph() => OptionOf.Choice(
        "--graph", "Replay training steps as one CUDA graph; auto does where the driver can. The numbers are the same.",
        "auto", "auto", "on", "off")
        .In(HelpGroup.Device);

    public static Option<string> FeatureMemory() => OptionOf.Choice(
        "--feature-memory",
        "Where features stay: on the device; in the machine's memory (host) or in the cache's file (disk), a " +
        "mini-batch ahead; auto takes the first of these that has room. The numbers are the same.",
        "auto", "auto", "device", "host", "disk")
        .In(HelpGroup.Device);

    public static FeatureMemory ToFeatureMemory(string choice) => choice switch
    {
        "device" => Model.FeatureSets.FeatureMemory.Device,
        "host" => Model.FeatureSets.FeatureMemory.Host,
        "disk" => Model.FeatureSets.FeatureMemory.Disk,
        _ => Model.FeatureSets.FeatureMemory.Auto,
    };

    public static Option<string> FeaturePrecision() => OptionOf.Choice(
        "--feature-precision",
        "With how many bits features are kept, wherever they are; fp16 takes half the room and keeps 3 digits.",
        "fp32", "fp32", "fp16")
        .In(HelpGroup.Features);

    public static FeaturePrecision ToFeaturePrecision(string choice) => choice == "fp16"
        ? Model.FeatureSets.FeaturePrecision.Fp16
        : Model.FeatureSets.FeaturePrecision.Fp32;

    public static GraphMode ToGraphMode(string choice) => choice switch
    {
        "on" => GraphMode.On,
        "off" => GraphMode.Off,
        _ => GraphMode.Auto,
    };

    public static Option<string?> Cache() => OptionOf.Text(
        "--cache", "DIR",
        "Where features are kept, by the content of the files and by all settings, so that another run need not " +
        "compute them. Without it, the cache folder of this user, or what NATIVECNN_CACHE says; at most 4 GiB.")
        .In(HelpGroup.Device);

    public static Option<bool> NoCache() => OptionOf.Flag("--no-cache", "Keep no features, and take none.")
        .In(HelpGroup.Device);

    /// <summary>The cache that two options ask for; null for none.</summary>
    public static FeatureCache? ToCache(string? folder, bool none) =>
        none ? null
        : (folder ?? FeatureCache.DefaultFolder) is { } place ? FeatureCache.In(Path.GetFullPath(place))
        : null;

    public static Option<bool> Strict() => OptionOf.Flag(
        "--strict",
        "Refuse sound files that end before their headers say so. Without it, what is there is taken, and told.")
        .In(HelpGroup.Data);

    public static Option<bool> Json() => OptionOf.Flag(
        "--json", "Print JSON Lines on standard output and nothing else there.")
        .In(HelpGroup.Output);

    public static Option<string?> Data(string whatIfAbsent) => OptionOf.Text(
        "--data", "DIR|FILE.csv",
        "A folder of class folders (a class is the first folder below DIR, with all that is nested in it), a folder " +
        "of {label}_{anything}.wav, folders train, test, validation that hold either, a folder with a list of its " +
        "sounds in it, or a list: CSV or JSON Lines with the columns path and label, and, where they are there, " +
        "start_time and end_time, split, fold, group. FSDD, ESC-50 (DIR:esc10 for its part ESC-10), UrbanSound8K and " +
        $"Speech Commands are known by their files, and their own splits and folds kept. {whatIfAbsent}")
        .In(HelpGroup.Data);

    public static Option<string?> PathColumn() => OptionOf.Text(
        "--path-column", "NAME",
        "The list's column of sound files. Without it, one named path, file, file_name, audio, clip or alike.")
        .In(HelpGroup.Data);

    public static Option<string?> LabelColumn() => OptionOf.Text(
        "--label-column", "NAME",
        "The list's column of classes. Without it, one named label, class, category, target or alike.")
        .In(HelpGroup.Data);

    public static Option<string?> Encoding() => OptionOf.Text(
        "--encoding", "NAME",
        "How lists are encoded: cp1252, latin1, shift_jis, utf-16, ... Without it, UTF-8, or what a byte order mark " +
        "says.")
        .In(HelpGroup.Data);

    public static Option<string> PartFolders() => OptionOf.Choice(
        "--part-folders",
        "What folders named train, test, validation and alike are: parts of a split, or classes. auto takes them as " +
        "parts where all are named so, and asks where some are.",
        "auto", "auto", "parts", "classes")
        .In(HelpGroup.Data);

    public static PartFolders ToPartFolders(string? choice) => choice switch
    {
        "parts" => Model.Data.PartFolders.Parts,
        "classes" => Model.Data.PartFolders.Classes,
        _ => Model.Data.PartFolders.Auto,
    };

    public static Option<string> Part() => OptionOf.Choice(
        "--part", "Only the clips of this part, where the data names one (split column, published lists).", "all",
        "all", "train", "validation", "test")
        .In(HelpGroup.Data);

    /// <summary>What <see cref="Part"/> gave; null for all.</summary>
    public static SplitPart? ToPart(string? choice) =>
        choice is { } name and not "all" ? Enum.Parse<SplitPart>(name, ignoreCase: true) : null;

    public static Option<string> MultiLabel()
    {
        Option<string> option = OptionOf.Choice(
            "--multi-label",
            "Whether a label cell of the list may name several labels, separated by ; or |, or none. on, or the " +
            "option alone, takes cells apart, at commas where there is no other; off takes each as one class; auto " +
            "takes them apart where that gives fewer labels than there are different cells.",
            "auto", "auto", "on", "off")
            .In(HelpGroup.Data);
        option.Arity = ArgumentArity.ZeroOrOne;
        return option.In(HelpGroup.Data);
    }

    /// <summary>What <see cref="MultiLabel"/> gave; without a value, as <c>on</c>.</summary>
    public static MultiLabel ToMultiLabel(ParseResult parsed, Option<string> option) =>
        parsed.GetResult(option) is OptionResult { Implicit: false, Tokens.Count: 0 }
            ? Model.Data.MultiLabel.On
            : parsed.GetValue(option) switch
            {
                "on" => Model.Data.MultiLabel.On,
                "off" => Model.Data.MultiLabel.Off,
                _ => Model.Data.MultiLabel.Auto,
            };

    public static Option<string?> Silence(string description) => OptionOf.Text("--silence", "SHARE", description)
        .In(HelpGroup.Data);

    /// <summary>A share, 0 where the option is not given.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static double ToShare(Option option, string? text)
    {
        try
        {
            return text is null ? 0 : KeywordOptions.ParseShare(text);
        }
        catch (ArgumentException error)
        {
            throw new InputException($"{option.Name}: {error.Message}", error);
        }
    }

    private static string FeatureForms => string.Join('|', [.. FeaturePresets.Names, "FILE.json"]);

    private static string FeatureSentences => "The features, or a file with their options: " +
        $"{string.Join("; ", FeaturePresets.All.Select(one => $"{one.Name}: {one.Sentence}"))}.";

    public static Option<string> Features() => OptionOf.Text(
        "--features", FeatureForms, FeatureSentences, FeaturePresets.DefaultName)
        .In(HelpGroup.Features);

    public static Option<string?> Features(string whatIfAbsent) => OptionOf.Text(
        "--features", FeatureForms, $"{FeatureSentences} {whatIfAbsent}")
        .In(HelpGroup.Features);

    public static Option<int?> SampleRate(string whatIfAbsent) => OptionOf.Integer(
        "--sample-rate", "HZ", $"Samples a second that every clip is brought to. {whatIfAbsent}", 100, 384_000)
        .In(HelpGroup.Features);
}
