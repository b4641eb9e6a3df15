// nativecnn completion: the script by which a shell completes commands, options and their values.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Cli.Commands;

internal static class CompletionCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> shell = new Argument<string>("SHELL")
        {
            HelpName = string.Join('|', CompletionScripts.Shells),
            Description = "The shell.",
        }.Completing(() => CompletionScripts.Shells);
        var command = new Command(
            "completion",
            "Prints a script by which a shell completes commands, options, their values and file names when Tab is " +
            "pressed. It asks `nativecnn`, which must be on the PATH.")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(shell)!.ToLowerInvariant();
            if (!CompletionScripts.Shells.Contains(name))
            {
                throw new InputException(
                    $"there is no completion for '{name}'{Suggestion.Before(name, CompletionScripts.Shells)} give " +
                    $"one of {string.Join(", ", CompletionScripts.Shells)}");
            }

            terminal.Verbatim(CompletionScripts.Of(name));
            return ExitCodes.Done;
        });
        return command.WithExamples(
            "source <(nativecnn completion bash)                 in ~/.bashrc",
            "source <(nativecnn completion zsh)                  in ~/.zshrc, after compinit",
            "nativecnn completion fish | source                  in ~/.config/fish/config.fish",
            "nativecnn completion pwsh | Out-String | Invoke-Expression   in $PROFILE");
    }
}
