// What training changes about a clip, anew in every epoch, so that the network does not overfit. Names, forms and
// ranges stand in Augmentations.
using System.Globalization;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Features.Augmentation;

/// <summary>
/// Ranges that every clip's changes are drawn from, anew in every epoch; all are off by default. Sound is changed
/// before its features are computed, features after they are normalised.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record AugmentationOptions : IValidated
{
    /// <summary>Most masks of a kind.</summary>
    public const int MostMasks = 8;

    /// <summary>What <see cref="Parse"/> takes, for help and messages.</summary>
    public static string Forms =>
        $"none, or a list of {string.Join(", ", Augmentations.All.Select(one => one.Form))}; a name alone takes its " +
        "usual value";

    /// <summary>No augmentation.</summary>
    public static AugmentationOptions None { get; } = new();

    /// <summary>
    /// Seconds by which a clip begins earlier or later, at most, and no more than a quarter of the clip.
    /// </summary>
    public double Shift { get; init; }

    /// <summary>
    /// Share by which a clip plays faster or slower, pitch and all, at most: 0.1 for 0.9 to 1.1 times.
    /// </summary>
    public double Speed { get; init; }

    /// <summary>Decibels by which a clip is louder or softer, at most.</summary>
    public double Gain { get; init; }

    /// <summary>Which noise is added; none by default.</summary>
    public NoiseColor Noise { get; init; } = NoiseColor.None;

    /// <summary>The least signal-to-noise ratio in decibels, over the whole clip.</summary>
    public double NoiseLow { get; init; } = 10;

    /// <summary>The greatest signal-to-noise ratio in decibels.</summary>
    public double NoiseHigh { get; init; } = 40;

    /// <summary>Recordings of which one is mixed in, from a random place on; null for none.</summary>
    public RecordingFolder? Background { get; init; }

    /// <summary>
    /// The least signal-to-noise ratio of a recording in decibels, over the whole clip. Kaldi's recipes mix noise at
    /// 0 to 15 dB and voices at 13 to 20 dB.
    /// </summary>
    public double BackgroundLow { get; init; }

    /// <summary>The greatest signal-to-noise ratio of a recording in decibels.</summary>
    public double BackgroundHigh { get; init; } = 20;

    /// <summary>Room impulse responses that clips are convolved with; null for none.</summary>
    public RecordingFolder? Rooms { get; init; }

    /// <summary>Share of the clips that are convolved; the others stay dry.</summary>
    public double RoomShare { get; init; } = 0.5;

    /// <summary>Stretches of time that are blanked: how many, up to 8.</summary>
    public int TimeMasks { get; init; }

    /// <summary>Frames of such a stretch, at most.</summary>
    public int TimeMaskFrames { get; init; } = 8;

    /// <summary>Stretches of neighbouring rows (mel bands) that are blanked: how many, up to 8.</summary>
    public int BandMasks { get; init; }

    /// <summary>Rows of such a stretch, at most.</summary>
    public int BandMaskRows { get; init; } = 6;

    /// <summary>
    /// Share by which the mel axis is stretched or shrunk, at most, as longer and shorter vocal tracts do; for log mel
    /// features.
    /// </summary>
    public double Warp { get; init; }

    /// <summary>
    /// Standard deviations of a band by which the outermost bands are raised or lowered, at most, along a random slope
    /// and as much again along a random bend, as other microphones and places do; for log mel features. Less each
    /// band's mean over the clip, too: of a short word the mean is its own sounds' as much as the microphone's.
    /// </summary>
    public double Tilt { get; init; }

    /// <summary>
    /// Share that another clip of the mini-batch has in a clip and in its label, at most 0.5: mixup with Beta(1, 1) for
    /// 0.5.
    /// </summary>
    public double Mixup { get; init; }

    /// <summary>
    /// Share of the clips that are mixed with another clip of the mini-batch as sound, at a random ratio of their
    /// levels to the ear, and with its label: between-class learning. Not together with <see cref="Mixup"/>.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore(
        Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public double BetweenClasses { get; init; }

    /// <summary>Whether sound is changed, so that features must be computed anew in every epoch.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool ChangesSound =>
        Shift > 0 || Speed > 0 || Gain > 0 || Noise != NoiseColor.None || Background is not null || Rooms is not null ||
        BetweenClasses > 0;

    /// <summary>Whether features are changed after they were computed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool ChangesFeatures => TimeMasks > 0 || BandMasks > 0 || Warp > 0 || Tilt > 0 || Mixup > 0;

    /// <summary>Whether anything is changed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsOn => ChangesSound || ChangesFeatures;

    /// <summary>
    /// Reads a list such as <c>shift=0.1,noise=10:30,time-masks=2:8,mixup</c>; a name alone takes its usual range.
    /// </summary>
    /// <exception cref="ArgumentException">It is no such list; the message says what may come.</exception>
    public static AugmentationOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        AugmentationOptions options = None;
        if (text == "none")
        {
            return options;
        }

        foreach (string item in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] halves = item.Split('=', 2);
            NamedAugmentation named = Augmentations.Find(halves[0]) ?? throw new ArgumentException(
                $"there is no augmentation '{halves[0]}'{Suggestion.Before(halves[0], Augmentations.Names)} " +
                $"give {Forms}");
            options = named.Apply(options, halves.Length > 1 ? halves[1] : null) ?? throw new ArgumentException(
                $"the augmentation '{item}' is not understood; give {named.Form}" +
                (named.HasUsual ? $", or {named.Name} alone for {named.Name}={named.Usual}" : ""));
        }

        options.Validate();
        return options;
    }

    /// <summary>Throws unless every range makes sense.</summary>
    /// <exception cref="ArgumentException">
    /// One does not; the message names it, its value and what is allowed.
    /// </exception>
    public void Validate()
    {
        foreach (NamedAugmentation named in Augmentations.All)
        {
            named.Validate(this);
        }

        ExpectOrder("noise", NoiseLow, NoiseHigh);
        ExpectOrder("background", BackgroundLow, BackgroundHigh);

        if (Mixup > 0 && BetweenClasses > 0)
        {
            throw new ArgumentException("the augmentations mixup and bc-mix both mix clips and their labels: give one");
        }

        if (!Enum.IsDefined(Noise))
        {
            throw new ArgumentException($"the augmentation noise is {(int)Noise}: give none, white or pink");
        }
    }
    private static void ExpectOrder(string name, double low, double high)
    {
        if (high < low)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"the augmentation {name} has the ratios {low}:{high} dB: give the least first"));
        }
    }
}
