using System.CommandLine;
using System.Globalization;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Commands;

/// <summary>
/// The argument NAME|FILE.json|RUN of a command that looks at a network, with the options that give a network without a
/// run its input and its classes.
/// </summary>
internal sealed class NetworkChoice
{
    private const string InputForm = "CHANNELSxSTEPS";
    private const int DefaultClasses = 10;

    // One second at 8000 Hz: 40 coefficients every 10 ms, and the samples themselves.
    private static readonly Shape FeatureInput = new(40, 100);
    private static readonly Shape RawInput = new(1, 8000);

    private readonly Argument<string> network;
    private readonly Option<string?> input = OptionOf.Text(
        "--input", InputForm,
        $"The input of one clip. Without it, {Form(FeatureInput)}, or {Form(RawInput)} for a network on samples; " +
        "a run has its own.")
        .In(HelpGroup.Network);
    private readonly Option<int?> classes = OptionOf.Integer(
        "--classes", "N", $"Number of classes. Without it, {DefaultClasses}; a run has its own.", 1, 1_000_000)
        .In(HelpGroup.Network);

    /// <summary>Makes argument and options.</summary>
    /// <param name="fallback">The network where none is named; null where one must be.</param>
    public NetworkChoice(string? fallback = null)
    {
        network = new Argument<string>("NETWORK")
        {
            HelpName = "NAME|FILE.json|RUN",
            Description = "A network's name, a file that lists its layers, or the folder that `nativecnn train` " +
                $"left. {CommonOptions.ModelSentences}.",
        }.Completing(() => NetworkPresets.Names);
        if (fallback is not null)
        {
            network.DefaultValueFactory = _ => fallback;
        }
    }

    public void AddTo(Command command)
    {
        command.Add(network);
        command.Add(input);
        command.Add(classes);
    }

    /// <summary>The graph that was asked for, and the run folder where it is a run's.</summary>
    public (NetworkGraph Graph, string? Run) Of(ParseResult parsed)
    {
        (NetworkSpec spec, Shape clip, int count, string? run) = SpecOf(parsed);
        return (new NetworkGraph(spec, clip, count), run);
    }

    /// <summary>True where a network was named, and not the fallback taken.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetResult(network) is { Tokens.Count: > 0 };

    /// <summary>True where the input or the classes were given.</summary>
    public bool HasOwnInput(ParseResult parsed) =>
        parsed.GetValue(input) is not null || parsed.GetValue(classes) is not null;

    /// <summary>What was named, as it was written.</summary>
    public string? NameOf(ParseResult parsed) => parsed.GetValue(network);

    /// <summary>The layers, the input of one clip, the classes, and the run folder where it is a run's.</summary>
    public (NetworkSpec Spec, Shape Input, int Classes, string? Run) SpecOf(ParseResult parsed)
    {
        string name = parsed.GetValue(network)!;
        string? clip = parsed.GetValue(input);
        int? count = parsed.GetValue(classes);
        if (NetworkPresets.Find(name) is not null || !Directory.Exists(name))
        {
            Shape shape = clip is not null ? ParseInput(clip)
                : NetworkPresets.Find(name)?.Features == FeaturePresets.RawName ? RawInput
                : FeatureInput;
            return (NetworkPresets.Resolve(name).Create(), shape, count ?? DefaultClasses, null);
        }

        RunConfig run = RunConfig.Load(RunFolder.OpenConfig(name).ConfigPath);
        return (clip, count) switch
        {
            (not null, _) => throw new InputException(
                $"the run '{name}' has an input of its own, {run.Input[0]}x{run.Input[1]}; " +
                "leave --input out"),
            (_, not null) => throw new InputException(
                $"the run '{name}' has classes of its own, {run.Labels.Count}; leave --classes out"),
            _ => (run.Model, run.Input, run.Labels.Count, name),
        };
    }

    private static Shape ParseInput(string text)
    {
        string[] halves = text.ToLowerInvariant().Split('x');
        return halves.Length == 2 && Size(halves[0]) is { } channels && Size(halves[1]) is { } steps &&
            (long)channels * steps <= Shape.MostElements
                ? new Shape(channels, steps)
                : throw new InputException(
                    $"--input takes {InputForm}, two whole numbers such as {Form(FeatureInput)} (channels or mel " +
                    $"bands, then time steps), not '{text}'");

        static int? Size(string number) =>
            int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0
                ? size
                : null;
    }

    private static string Form(Shape clip) => $"{clip[0]}x{clip[1]}";
}
