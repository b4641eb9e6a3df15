// What a shell offers for a value: names that the programme knows. For paths it offers nothing, and the shell its
// files.
using System.CommandLine;
using System.CommandLine.Completions;

namespace NativeCnn.Cli.Options;

/// <summary>Gives options and arguments the values that a shell completes.</summary>
internal static class Completions
{
    /// <summary>The option, which offers these values from now on.</summary>
    /// <param name="option">The option.</param>
    /// <param name="values">Asked for when a shell asks, not before: a command must begin quickly.</param>
    public static Option<T> Completing<T>(this Option<T> option, Func<IEnumerable<string>> values)
    {
        option.CompletionSources.Add(_ => values().Select(one => new CompletionItem(one)));
        return option;
    }

    /// <summary>The argument, which offers these values from now on.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="values">Asked for when a shell asks.</param>
    public static Argument<T> Completing<T>(this Argument<T> argument, Func<IEnumerable<string>> values)
    {
        argument.CompletionSources.Add(_ => values().Select(one => new CompletionItem(one)));
        return argument;
    }

    /// <summary>
    /// The words of a form as help shows it: <c>auto</c>, <c>cpu</c> and <c>cuda</c> of <c>auto|cpu|cuda[:i]</c>; what
    /// is in capitals stands for something else.
    /// </summary>
    public static IEnumerable<string> OfForms(string forms) => forms.Split('|')
        .Select(form => form.Split('[')[0])
        .Where(form => form.Length > 0 &&
            form.All(one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one == '-'));
}
