// A job's settings as a command line of `train`: read by the same options, refused by the same words.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Model.Sweeps;

namespace NativeCnn.Cli.Commands;

/// <summary>Turns settings into what <c>train</c> is asked for.</summary>
internal static class SweepArguments
{
    private static readonly ParserConfiguration Plain =
        new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>What a sweep may set.</summary>
    public static SweepNames Names { get; } = new()
    {
        Options = [.. new TrainOptions().Names.Select(name => name.TrimStart('-')).Except(Refused.Keys)],
        Refused = Refused,
        Complaint = setting => ComplaintOf(Parse([.. Words([setting])]).Parsed),
    };

    private static Dictionary<string, string> Refused => new(StringComparer.Ordinal)
    {
        ["output"] = "each job has a folder below --dir",
        ["force"] = "each job has a folder of its own",
        ["resume"] = "a job that a worker began is resumed by itself",
        ["accept-changes"] = "a job that a worker began is resumed by itself",
        ["folds"] = "a job is one training; `nativecnn train --folds --jobs DIR` shares folds",
        ["jobs"] = "the jobs of a sweep are in --dir",
        ["json"] = "give it to `nativecnn sweep`",
    };

    /// <summary>Reads a job's settings.</summary>
    /// <param name="settings">The settings; fields of recipes change the recipe that the others name.</param>
    /// <param name="more">More words of the command line.</param>
    /// <exception cref="InputException">They contradict one another.</exception>
    public static TrainRequest Read(IReadOnlyList<SweepSetting> settings, params IEnumerable<string> more)
    {
        Model.Recipes.Recipe? recipe = RecipeOfJob.Of(settings);
        bool names = settings.Any(setting => setting.Name == "recipe");
        IEnumerable<SweepSetting> options = recipe is null ? settings
            : settings.Where(setting => setting.Name != "recipe" && (names || setting.Name != "model"));
        return Read([.. Words(options), .. more], recipe);
    }

    /// <summary>The same for a run to go on with, which has the settings but for those that no run keeps.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="settings">The settings of the job.</param>
    /// <param name="more">More words of the command line.</param>
    public static TrainRequest Resume(
        string run, IReadOnlyList<SweepSetting> settings, params IEnumerable<string> more)
    {
        string[] changeable = [.. new TrainOptions().ChangeableNames];
        return Read(
            [
                .. Words(settings.Where(setting => changeable.Contains($"--{setting.Name}"))), .. more, "--resume", run,
            ]);
    }

    /// <summary>Reads words of a command line.</summary>
    private static TrainRequest Read(IReadOnlyList<string> words, Model.Recipes.Recipe? recipe = null)
    {
        (ParseResult parsed, TrainOptions options) = Parse(words);
        return ComplaintOf(parsed) is { } complaint
            ? throw new InputException(complaint)
            : options.Read(parsed, recipe) with { Command = ShellWords.CommandOf(parsed) };
    }

    private static (ParseResult Parsed, TrainOptions Options) Parse(IReadOnlyList<string> words)
    {
        var options = new TrainOptions();
        var command = new Command("train");
        options.AddTo(command);
        return (new RootCommand { command }.Parse([command.Name, .. words], Plain), options);
    }

    private static string? ComplaintOf(ParseResult parsed) =>
        parsed.Errors.Count == 0 ? null : parsed.Errors[0].Message.TrimEnd('.', ' ');

    private static IEnumerable<string> Words(IEnumerable<SweepSetting> settings) => settings
        .Where(setting => !setting.IsOfRecipe && setting.Text != "false")
        .SelectMany(setting => (string[])
            [$"--{setting.Name}", .. setting.Text == "true" ? (string[])[] : [setting.Text]]);
}
