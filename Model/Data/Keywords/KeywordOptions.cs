// The two classes that keyword spotting needs beside its words: silence, which is made of background recordings, and
// unknown, which other words are merged into. What is measured by Speech Commands is ten words with both.
using System.Globalization;
using System.Text.Json.Serialization;
using NativeCnn.Engine.Messages;
using NativeCnn.Features.Augmentation;

namespace NativeCnn.Model.Data.Keywords;

/// <summary>Which of the classes <c>silence</c> and <c>unknown</c> a training has.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record KeywordOptions : IValidated
{
    /// <summary>The class of clips in which nobody speaks.</summary>
    public const string SilenceLabel = "silence";

    /// <summary>The class of all words that are not to be told apart.</summary>
    public const string UnknownLabel = "unknown";

    /// <summary>How a share is written.</summary>
    public const string ShareForms = "a share such as 10% or 0.1, above 0 and at most 100%";

    /// <summary>
    /// Clips of silence, as a share of the clips of all other classes but <c>unknown</c>; 0 for no such class.
    /// </summary>
    public double Silence { get; init; }

    /// <summary>The classes that become <c>unknown</c>; none for no such class.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>
    /// Clips of unknown that are kept, as a share of the clips of all other classes but <c>silence</c>; null keeps all.
    /// </summary>
    public double? UnknownShare { get; init; }

    /// <summary>What silence is cut from; null where it is synthesised.</summary>
    public RecordingFolder? Recordings { get; init; }

    /// <summary>Whether there is any such class.</summary>
    [JsonIgnore]
    public bool IsOn => Silence > 0 || Unknown.Count > 0;

    /// <summary>Reads a share: <c>10%</c> or <c>0.1</c>.</summary>
    /// <exception cref="ArgumentException">It is none, or not above 0 and at most 1.</exception>
    public static double ParseShare(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParseShare(text, out double share)
            ? share
            : throw new ArgumentException($"'{text}' is no share: give {ShareForms}");
    }

    /// <summary>
    /// These options with the classes of a list such as <c>bed,bird,cat</c> or <c>bed,bird,cat:10%</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It is no such list.</exception>
    public KeywordOptions WithUnknown(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.LastIndexOf(':');
        double? share = colon < 0 ? null : ParseShare(text[(colon + 1)..]);
        string[] names = (colon < 0 ? text : text[..colon]).Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length > 0
            ? this with { Unknown = [.. names.Distinct(StringComparer.Ordinal)], UnknownShare = share }
            : throw new ArgumentException($"'{text}' names no class: give a list such as bed,bird,cat");
    }

    /// <summary>Throws unless every option makes sense.</summary>
    /// <exception cref="ArgumentException">One does not.</exception>
    public void Validate()
    {
        if (!(Silence is >= 0 and <= 1))
        {
            throw new ArgumentException($"the share of silence is {Silence}: give {ShareForms}");
        }

        if (UnknownShare is { } share && !(share is > 0 and <= 1))
        {
            throw new ArgumentException($"the share of unknown clips is {share}: give {ShareForms}");
        }
    }

    private static bool TryParseShare(string text, out double share)
    {
        string number = text.Trim();
        double unit = number.EndsWith('%') ? 0.01 : 1;
        bool isNumber = double.TryParse(
            number.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out share);
        share *= unit;
        return isNumber && share is > 0 and <= 1;
    }
}
