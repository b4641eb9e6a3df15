// Arguments that do not parse, as one line: what, what was perhaps meant, and where to read on.
using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using NativeCnn.Cli.Commands;
using NativeCnn.Cli.Options;

namespace NativeCnn.Cli;

internal static class UsageErrors
{
    /// <summary>The first thing wrong with the arguments, or null.</summary>
    public static string? FirstOf(ParseResult parsed)
    {
        if (parsed.Action is not ParseErrorAction and CommandLineAction { ClearsParseErrors: true })
        {
            return null; // --help, --version and [suggest]
        }

        Command command = parsed.CommandResult.Command;
        string path = CommandPath.Of(parsed.CommandResult);
        string help = $"see `{path} --help`";
        if (UnknownOption(parsed) is { } unknown)
        {
            string[] options = [.. HelpPage.OptionsOf(parsed.CommandResult).Select(option => option.Name)];
            string nearest = OtherNames.OptionFor(unknown, options) is { } name ? $"; did you mean {name}?" : ";";
            return $"there is no option {unknown} in `{path}`{nearest} {help}";
        }

        if (command.Subcommands.Count > 0 && command.Action is null && parsed.Errors.Count > 0)
        {
            string[] commands = [.. command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name)];
            string names = string.Join(", ", commands);
            return parsed.UnmatchedTokens.Count > 0
                ? $"there is no command '{parsed.UnmatchedTokens[0]}' in `{path}`" +
                    (OtherNames.CommandFor(parsed.UnmatchedTokens[0], commands) is { } meant
                        ? $": did you mean '{meant}'?"
                        : ";") +
                    $" give one of {names}"
                : $"`{path}` needs a command: one of {names}; {help}";
        }

        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        string message = parsed.Errors[0].Message.TrimEnd('.', ' ');
        return message.EndsWith('?') ? $"{message} {help}" : $"{message}; {help}";
    }

    // A word that looks like an option but is none would else be taken for a file or a value.
    private static string? UnknownOption(ParseResult parsed) => parsed.Tokens
        .TakeWhile(token => token.Type != TokenType.DoubleDash)
        .Where(token => token.Type == TokenType.Argument && LooksLikeOption(token.Value))
        .Select(token => token.Value.Split('=')[0])
        .FirstOrDefault();

    private static bool LooksLikeOption(string word) =>
        word.Length > 1 && word[0] == '-' && (word[1] == '-' ? word.Length > 2 : char.IsAsciiLetter(word[1]));
}
