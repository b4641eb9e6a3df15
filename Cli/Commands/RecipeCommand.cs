// nativecnn recipe: the recipes that ship, and the text of each.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Model.Recipes;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Commands;

internal static class RecipeCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "A recipe's name, a TOML file, or a run folder. Without it, all names are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        }.Completing(() => RecipeBook.Names);
        var command = new Command(
            "recipe",
            "Lists the recipes that ship, or prints one as a file to change: `nativecnn train --recipe FILE.toml`.")
        {
            name,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is { } one)
            {
                terminal.Output.Write(RecipeBook.TextOf(one) ?? Find(one).ToToml());
            }
            else
            {
                int width = RecipeBook.Names.Max(known => known.Length);
                foreach (string known in RecipeBook.Names)
                {
                    terminal.Line($"{known.PadRight(width)}  {RecipeBook.Find(known)!.About}");
                }
            }

            return ExitCodes.Done;
        });
        return command.WithExamples(
            "nativecnn recipe",
            "nativecnn recipe keywords > mine.toml",
            "nativecnn recipe runs/digits");
    }

    private static Recipe Find(string name) => RecipeBook.Find(name) is null && Directory.Exists(name)
        ? Recipe.Of(RunConfig.Load(RunFolder.OpenConfig(name).ConfigPath))
        : RecipeBook.Resolve(name);
}
