using System.CommandLine;

namespace NativeCnn.Cli.Output;

/// <summary>A command as it would be typed again.</summary>
internal static class ShellWords
{
    private const string Plain = "_-./:=,@%+^~";

    /// <summary>The command line of a parse, its words in quotes where a shell needs them.</summary>
    public static string CommandOf(ParseResult parsed) =>
        string.Join(' ', parsed.Tokens.Select(token => Quoted(token.Value)).Prepend("nativecnn"));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(one => char.IsLetterOrDigit(one) || Plain.Contains(one))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
