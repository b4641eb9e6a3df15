// What training changes about a clip each time it hears it, so that the network cannot learn by heart.
using System.Globalization;

namespace NativeCnn.Features.Augmentation;

/// <summary>
/// Ranges that every clip's changes are drawn from, anew in every epoch; all are off by default. Sound is changed before
/// its features are computed, features after they are normalised.
/// </summary>
public sealed record AugmentationOptions
{
    /// <summary>What <see cref="Parse"/> takes, for help and messages.</summary>
    public const string Forms =
        "none, or a list of shift[=SECONDS], speed[=SHARE], gain[=DB], noise[=DB:DB], pink-noise[=DB:DB], " +
        "time-masks[=COUNT:FRAMES], band-masks[=COUNT:BANDS], warp[=SHARE], mixup[=SHARE]";

    /// <summary>Most masks of a kind.</summary>
    public const int MostMasks = 8;

    /// <summary>No augmentation.</summary>
    public static AugmentationOptions None { get; } = new();

    /// <summary>Seconds by which a clip begins earlier or later, at most.</summary>
    public double Shift { get; init; }

    /// <summary>Share by which a clip plays faster or slower, pitch and all, at most: 0.1 for 0.9 to 1.1 times.</summary>
    public double Speed { get; init; }

    /// <summary>Decibels by which a clip is louder or softer, at most.</summary>
    public double Gain { get; init; }

    /// <summary>Which noise is added; none by default.</summary>
    public NoiseColor Noise { get; init; } = NoiseColor.None;

    /// <summary>The least signal-to-noise ratio in decibels, over the whole clip.</summary>
    public double NoiseLow { get; init; } = 10;

    /// <summary>The greatest signal-to-noise ratio in decibels.</summary>
    public double NoiseHigh { get; init; } = 40;

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
    /// Share that another clip of the mini-batch has in a clip and in its label, at most 0.5: mixup with Beta(1, 1) for
    /// 0.5.
    /// </summary>
    public double Mixup { get; init; }

    /// <summary>Whether sound is changed, so that features must be computed anew in every epoch.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool ChangesSound => Shift > 0 || Speed > 0 || Gain > 0 || Noise != NoiseColor.None;

    /// <summary>Whether features are changed after they were computed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool ChangesFeatures => TimeMasks > 0 || BandMasks > 0 || Warp > 0 || Mixup > 0;

    /// <summary>Whether anything is changed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsOn => ChangesSound || ChangesFeatures;

    /// <summary>Reads a list such as <c>shift=0.1,noise=10:30,time-masks=2:8,mixup</c>; a name alone takes its usual range.</summary>
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
            double[] numbers = halves.Length > 1 ? Numbers(item, halves[1]) : [];
            options = With(options, item, halves[0], numbers);
        }

        options.Validate();
        return options;
    }

    /// <summary>Throws unless every range makes sense.</summary>
    /// <exception cref="ArgumentException">One does not; the message names it, its value and what is allowed.</exception>
    public void Validate()
    {
        Require(Shift is >= 0 and <= 60, "shift", Shift, "0 to 60 seconds");
        Require(Speed is >= 0 and <= 0.5, "speed", Speed, "a share from 0 to 0.5");
        Require(Gain is >= 0 and <= 60, "gain", Gain, "0 to 60 dB");
        Require(NoiseLow is >= -40 and <= 120, "noise", NoiseLow, "a ratio from -40 to 120 dB");
        Require(NoiseHigh is <= 120 && NoiseHigh >= NoiseLow, "noise", NoiseHigh, "at least the lower ratio");
        Require(TimeMasks is >= 0 and <= MostMasks, "time masks", TimeMasks, $"0 to {MostMasks}");
        Require(BandMasks is >= 0 and <= MostMasks, "band masks", BandMasks, $"0 to {MostMasks}");
        Require(TimeMaskFrames is >= 1 and <= 100_000, "time masks", TimeMaskFrames, "of 1 frame or more");
        Require(BandMaskRows is >= 1 and <= 100_000, "band masks", BandMaskRows, "of 1 row or more");
        Require(Warp is >= 0 and <= 0.5, "warp", Warp, "a share from 0 to 0.5");
        Require(Mixup is >= 0 and <= 0.5, "mixup", Mixup, "a share from 0 to 0.5");
        Require(Enum.IsDefined(Noise), "noise", (int)Noise, "none, white or pink");
    }

    private static AugmentationOptions With(AugmentationOptions options, string item, string name, double[] numbers) =>
        (name, numbers) switch
        {
            ("shift", []) => options with { Shift = 0.1 },
            ("shift", [var seconds]) => options with { Shift = seconds },
            ("speed", []) => options with { Speed = 0.1 },
            ("speed", [var share]) => options with { Speed = share },
            ("gain", []) => options with { Gain = 6 },
            ("gain", [var decibels]) => options with { Gain = decibels },
            ("noise", []) => options with { Noise = NoiseColor.White },
            ("noise", [var low, var high]) =>
                options with { Noise = NoiseColor.White, NoiseLow = low, NoiseHigh = high },
            ("pink-noise", []) => options with { Noise = NoiseColor.Pink },
            ("pink-noise", [var low, var high]) =>
                options with { Noise = NoiseColor.Pink, NoiseLow = low, NoiseHigh = high },
            ("time-masks", []) => options with { TimeMasks = 2 },
            ("time-masks", [var count, var frames]) =>
                options with { TimeMasks = Whole(item, count), TimeMaskFrames = Whole(item, frames) },
            ("band-masks", []) => options with { BandMasks = 2 },
            ("band-masks", [var count, var bands]) =>
                options with { BandMasks = Whole(item, count), BandMaskRows = Whole(item, bands) },
            ("warp", []) => options with { Warp = 0.1 },
            ("warp", [var share]) => options with { Warp = share },
            ("mixup", []) => options with { Mixup = 0.3 },
            ("mixup", [var share]) => options with { Mixup = share },
            _ => throw NotUnderstood(item),
        };

    private static double[] Numbers(string item, string text) => Array.ConvertAll(
        text.Split(':'),
        part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw NotUnderstood(item));

    private static int Whole(string item, double number) =>
        double.IsInteger(number) && Math.Abs(number) <= int.MaxValue ? (int)number : throw NotUnderstood(item);

    private static ArgumentException NotUnderstood(string item) =>
        new($"the augmentation '{item}' is not understood; give {Forms}");

    private static void Require(bool holds, string name, double value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"the augmentation {name} must be {allowed}, not {value}"));
        }
    }
}
