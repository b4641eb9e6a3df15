// How fast some of a network's parameters learn: "conv1=0.1" a tenth of the learning rate for all parameters whose name
// begins with conv1, "conv1=0" not at all.
using System.Globalization;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>A factor of the learning rate for the parameters whose names begin with a prefix.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Prefix">What the names begin with, such as <c>conv1</c>.</param>
/// <param name="Factor">From 0, which freezes them.</param>
internal readonly record struct LayerRate(string Prefix, float Factor)
{
    /// <summary>What a text must be.</summary>
    public const string Form = "PREFIX=FACTOR";

    /// <summary>Reads <c>conv1=0.1,norm1=0</c>; empty for none.</summary>
    /// <exception cref="ArgumentException">One is none.</exception>
    public static LayerRate[] ParseAll(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    private static LayerRate Parse(string text)
    {
        int at = text.LastIndexOf('=');
        return at > 0 && float.TryParse(
            text.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out float factor) &&
            factor >= 0 && float.IsFinite(factor)
                ? new LayerRate(text[..at], factor)
                : throw new ArgumentException(
                    $"'{text}' is no rate of layers: give {Form} with a factor from 0, such as conv1=0.1");
    }

    /// <summary>The factor of each parameter, flat as <see cref="Parameters.Values"/>; 1 in the gaps.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="rates">The last that fits a name counts.</param>
    /// <exception cref="ArgumentException">A prefix fits no parameter; the message lists their layers.</exception>
    public static float[] FactorsOf(Parameters parameters, string rates)
    {
        float[] factors = new float[parameters.Values.Length];
        Array.Fill(factors, 1f);
        foreach (LayerRate rate in ParseAll(rates))
        {
            Parameter[] fitting = [.. parameters.All.Where(one => rate.Fits(one.Name))];
            if (fitting.Length == 0)
            {
                throw new ArgumentException(
                    $"no parameter's name begins with '{rate.Prefix}'; the layers that learn are " +
                    string.Join(", ", parameters.All.Select(one => one.Name[..one.Name.LastIndexOf('.')]).Distinct()));
            }

            foreach (Parameter one in fitting)
            {
                factors.AsSpan(parameters.StartOf(one), one.Value.Length).Fill(rate.Factor);
            }
        }

        return factors;
    }

    /// <summary>The factor of a parameter; 1 where no prefix fits.</summary>
    public static float Of(string name, string rates) =>
        ParseAll(rates).Where(rate => rate.Fits(name)).Select(rate => rate.Factor).LastOrDefault(1f);

    // conv1 is no prefix of conv12.
    private bool Fits(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) &&
        (name.Length == Prefix.Length || !char.IsAsciiDigit(name[Prefix.Length]) || !char.IsAsciiDigit(Prefix[^1]));
}
