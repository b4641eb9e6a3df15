// The options that several commands share, each made anew for every command.
using System.CommandLine;

namespace NativeCnn.Cli.Options;

internal static class CommonOptions
{
    public static Option<string> Device() => OptionOf.Text(
        "--device", "auto|cpu|cuda[:i]|opencl[:i]|simulator",
        "Where to compute; auto takes a CUDA device, else an OpenCL GPU, else the processor.", "auto");

    public static Option<int> Workers() => OptionOf.Integer(
        "--workers", "Threads of the device cpu; 0 for one a processor. Another number gives other last bits.", 0, 0,
        1024);

    public static Option<bool> Json() => OptionOf.Flag(
        "--json", "Print JSON Lines on standard output and nothing else there.");

    public static Option<string?> Data(string whatIfAbsent) => OptionOf.Text(
        "--data", "DIR|FILE.csv",
        "A folder of class folders, a folder of {label}_{anything}.wav, or a CSV with path,label[,split|fold|group]. " +
        whatIfAbsent);

    private const string FeatureNames = "mfcc|logmel|logmel-cmn|FILE.json";

    public static Option<string> Features() => OptionOf.Text(
        "--features", FeatureNames, "The feature chain, or a file with its settings.", "mfcc");

    public static Option<string?> Features(string whatIfAbsent) => OptionOf.Text(
        "--features", FeatureNames, $"The feature chain, or a file with its settings. {whatIfAbsent}");

    public static Option<int?> SampleRate(string whatIfAbsent) => OptionOf.Integer(
        "--sample-rate", "HZ", $"Samples a second that every clip is brought to. {whatIfAbsent}", 100, 384_000);
}
