using System.Globalization;

namespace NativeCnn.Features.Augmentation;

/// <summary>An augmentation as <c>--augment</c> knows it.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">Its name.</param>
/// <param name="Usual">The value that the name alone takes, in the form of <paramref name="Values"/>.</param>
/// <param name="Sentence">What it does, for help.</param>
/// <param name="Values">The numbers of its value; between them stand colons.</param>
public sealed record NamedAugmentation(
    string Name, string Usual, string Sentence, IReadOnlyList<AugmentationValue> Values)
{
    /// <summary>What else the name sets, for one whose numbers alone do not turn it on.</summary>
    public Func<AugmentationOptions, AugmentationOptions> TurnOn { get; init; } = options => options;

    /// <summary>The folder that stands before its numbers, which may then be left out; null for none.</summary>
    public AugmentationFolder? Folder { get; init; }

    /// <summary>Whether its name alone says enough.</summary>
    public bool HasUsual => Folder is null or { Usual: not null };

    /// <summary>How it stands in a list, such as <c>noise=DB:DB</c> or <c>rir=DIR[:SHARE]</c>.</summary>
    public string Form => Folder is null ? $"{Name}={Units}" : $"{Name}=DIR[:{Units}]";

    private string Units => string.Join(':', Values.Select(value => value.Unit));

    /// <summary>The options with this augmentation.</summary>
    /// <param name="options">The others.</param>
    /// <param name="text">Its value; null for the usual.</param>
    /// <returns>Null where the text is no value of this form.</returns>
    internal AugmentationOptions? Apply(AugmentationOptions options, string? text)
    {
        if (Folder is not null)
        {
            (string? folder, string numbers) = FolderAndNumbers(text ?? Usual);
            folder ??= Folder.Usual;
            if (string.IsNullOrWhiteSpace(folder))
            {
                return null;
            }

            options = Folder.Set(options, new RecordingFolder { Folder = folder });
            text = numbers;
        }

        string[] parts = (text ?? Usual).Split(':');
        if (parts.Length != Values.Count)
        {
            return null;
        }

        options = TurnOn(options);
        for (int i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ||
                (Values[i].IsWhole && !(double.IsInteger(number) && Math.Abs(number) <= int.MaxValue)))
            {
                return null;
            }

            options = Values[i].Set(options, number);
        }

        return options;
    }

    /// <summary>
    /// The folder is what stands before the numbers at the end; a path may have colons too. Either may be absent.
    /// </summary>
    private (string? Folder, string Numbers) FolderAndNumbers(string text)
    {
        string[] parts = text.Split(':');
        int before = parts.Length - Values.Count;
        bool endsInNumbers = before >= 0 && parts[before..].All(
            part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
        return !endsInNumbers ? (text, Usual)
            : (before == 0 ? null : string.Join(':', parts[..before]), string.Join(':', parts[before..]));
    }

    /// <summary>Throws unless the numbers that the options have for this augmentation are in range.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal void Validate(AugmentationOptions options)
    {
        foreach (AugmentationValue value in Values)
        {
            double number = value.Get(options);
            if (!(number >= value.Least && number <= value.Most))
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"the augmentation {Form} has {value.Unit} {number}: give {value.Least} to {value.Most}"));
            }
        }
    }
}
