// The headings below which a help page lists options. An option's group is given where the option is declared:
//     OptionOf.Flag("--nesterov", "...").In(HelpGroup.Optimizer)
using System.CommandLine;
using System.Runtime.CompilerServices;

namespace NativeCnn.Cli.Options;

/// <summary>A heading of a help page.</summary>
/// <param name="Title">What it says.</param>
internal sealed record HelpGroup(string Title)
{
    private static readonly ConditionalWeakTable<Option, HelpGroup> Table = [];

    /// <summary>What gives many settings at once.</summary>
    public static HelpGroup Recipe { get; } = new("Recipe");

    /// <summary>What is read, and how.</summary>
    public static HelpGroup Data { get; } = new("Data");

    /// <summary>Which clips are trained on, and which judge.</summary>
    public static HelpGroup Split { get; } = new("Validation");

    /// <summary>From sound to what the network sees.</summary>
    public static HelpGroup Features { get; } = new("Features");

    /// <summary>The layers, and where their weights begin.</summary>
    public static HelpGroup Network { get; } = new("Network");

    /// <summary>How long, in what pieces, towards what.</summary>
    public static HelpGroup Training { get; } = new("Training");

    /// <summary>How a gradient becomes a step.</summary>
    public static HelpGroup Optimizer { get; } = new("Optimiser");

    /// <summary>What is changed about a clip.</summary>
    public static HelpGroup Augmentation { get; } = new("Augmentation");

    /// <summary>What else is asked of the command: where it begins, which number it looks at.</summary>
    public static HelpGroup Subject { get; } = new("What is shown");

    /// <summary>Where it runs.</summary>
    public static HelpGroup Device { get; } = new("Device and memory");

    /// <summary>What is left behind and printed.</summary>
    public static HelpGroup Output { get; } = new("Run folder and output");

    /// <summary>All, in the order of a help page.</summary>
    public static IReadOnlyList<HelpGroup> All { get; } =
        [Recipe, Data, Split, Features, Network, Subject, Training, Optimizer, Augmentation, Device, Output];

    /// <summary>The group that an option was put in; null for none.</summary>
    public static HelpGroup? Of(Option option) => Table.TryGetValue(option, out HelpGroup? group) ? group : null;

    /// <summary>Puts an option in a group.</summary>
    internal static void Put(Option option, HelpGroup group) => Table.AddOrUpdate(option, group);
}
