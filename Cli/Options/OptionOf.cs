// Makes options whose numbers are read with '.' as the decimal point and whose range is checked where they are parsed:
// the error names the option, what came and what is allowed.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Cli.Options;

internal static class OptionOf
{
    public static Option<string?> Text(string name, string valueName, string description) =>
        new Option<string?>(name) { HelpName = valueName, Description = description }
            .Completing(() => Completions.OfForms(valueName));

    public static Option<string> Text(string name, string valueName, string description, string fallback) =>
        new Option<string>(name)
        {
            HelpName = valueName,
            Description = description,
            DefaultValueFactory = _ => fallback,
        }.Completing(() => Completions.OfForms(valueName));

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    public static Option<int> Integer(string name, string description, int fallback, int min, int max) => new(name)
    {
        HelpName = "N",
        Description = description,
        DefaultValueFactory = _ => fallback,
        CustomParser = result => (int)ParseInteger(result, name, min, max),
    };

    public static Option<int?> Integer(string name, string valueName, string description, int min, int max) => new(name)
    {
        HelpName = valueName,
        Description = description,
        CustomParser = result => (int)ParseInteger(result, name, min, max),
    };

    public static Option<long> Seed(string name, string description) => new(name)
    {
        HelpName = "N",
        Description = description,
        DefaultValueFactory = _ => 0,
        CustomParser = result => ParseInteger(result, name, 0, long.MaxValue),
    };

    public static Option<double> Number(string name, string description, double fallback, Interval allowed) => new(name)
    {
        HelpName = "X",
        Description = description,
        DefaultValueFactory = _ => fallback,
        CustomParser = result => ParseNumber(result, name, allowed),
    };

    public static Option<double?> Number(string name, string valueName, string description, Interval allowed) =>
        new(name)
        {
            HelpName = valueName,
            Description = description,
            CustomParser = result => ParseNumber(result, name, allowed),
        };

    public static Option<string> Choice(string name, string description, string fallback, params string[] choices) =>
        new Option<string>(name)
        {
            HelpName = string.Join('|', choices),
            Description = description,
            DefaultValueFactory = _ => fallback,
            CustomParser = result =>
            {
                string came = result.Tokens[0].Value.ToLowerInvariant();
                if (!choices.Contains(came))
                {
                    result.AddError(
                        $"{name} takes one of {string.Join(", ", choices)}, not '{came}'" +
                        Suggestion.For(came, choices));
                }

                return came;
            },
        }.Completing(() => choices);

    private static long ParseInteger(ArgumentResult result, string name, long min, long max)
    {
        string came = result.Tokens[0].Value;
        if (long.TryParse(came, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) &&
            value >= min && value <= max)
        {
            return value;
        }

        result.AddError($"{name} takes a whole number from {min} to {max}, not '{came}'");
        return min;
    }

    private static double ParseNumber(ArgumentResult result, string name, Interval allowed)
    {
        string came = result.Tokens[0].Value;
        if (double.TryParse(came, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) &&
            allowed.Contains(value))
        {
            return value;
        }

        result.AddError($"{name} takes a number {allowed}, not '{came}'");
        return allowed.Low;
    }
}
