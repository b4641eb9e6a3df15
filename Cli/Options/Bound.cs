using System.CommandLine;
using System.CommandLine.Parsing;
using NativeCnn.Cli.Errors;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Cli.Options;

/// <summary>An option and what it changes about settings: one declaration of <see cref="TrainOptions"/>.</summary>
/// <typeparam name="TSettings">A record of settings.</typeparam>
internal sealed class Bound<TSettings>
{
    private readonly Func<ParseResult, TSettings, TSettings> apply;

    private Bound(Option option, Func<ParseResult, TSettings, TSettings> apply)
    {
        Option = option;
        this.apply = apply;
    }

    public Option Option { get; }

    /// <summary>Binds an option.</summary>
    /// <param name="option">The option.</param>
    /// <param name="apply">The settings with the option's value; an ArgumentException refuses it in one line.</param>
    public static Bound<TSettings> Of<T>(Option<T> option, Func<TSettings, T, TSettings> apply) =>
        new(option, (parsed, settings) => apply(settings, parsed.GetValue(option)!));

    /// <summary>The settings with the option's value, where it is given.</summary>
    /// <exception cref="InputException">The value is refused; the message begins with the option's name.</exception>
    public TSettings Apply(ParseResult parsed, TSettings settings)
    {
        if (!IsGiven(parsed, Option))
        {
            return settings;
        }

        try
        {
            return apply(parsed, settings);
        }
        catch (ArgumentException error)
        {
            throw new InputException($"{Option.Name}: {error.WithoutParameter()}", error);
        }
    }

    /// <summary>True where the user wrote the option.</summary>
    public static bool IsGiven(ParseResult parsed, Option option) =>
        parsed.GetResult(option) is OptionResult { Implicit: false };
}
