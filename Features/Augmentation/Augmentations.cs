// The augmentations that --augment knows by name, in one table: parsing, range checks, help, errors and suggestions
// come from it. Another augmentation is another row, its options in AugmentationOptions, and the kernel that applies
// them.
namespace NativeCnn.Features.Augmentation;

/// <summary>The augmentations that have a name.</summary>
public static class Augmentations
{
    private static readonly AugmentationValue[] Ratios =
    [
        new("DB", -40, 120, o => o.NoiseLow, (o, v) => o with { NoiseLow = v }),
        new("DB", -40, 120, o => o.NoiseHigh, (o, v) => o with { NoiseHigh = v }),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<NamedAugmentation> All { get; } =
    [
        new("shift", "0.1", "the clip begins up to so much earlier or later, at most a quarter of it",
            [new("SECONDS", 0, 60, o => o.Shift, (o, v) => o with { Shift = v })]),
        new("speed", "0.1", "it plays faster or slower, pitch and all",
            [new("SHARE", 0, 0.5, o => o.Speed, (o, v) => o with { Speed = v })]),
        new("rir", "0.5",
            "it sounds as in a room: that share of the clips is convolved with a room impulse response of the folder",
            [new("SHARE", 0, 1, o => o.RoomShare, (o, v) => o with { RoomShare = v })])
        {
            Folder = new(o => o.Rooms, (o, folder) => o with { Rooms = folder }, Usual: null),
        },
        new("gain", "6", "it is louder or softer",
            [new("DB", 0, 60, o => o.Gain, (o, v) => o with { Gain = v })]),
        new("noise", "10:40", "white noise is added; the least and greatest signal-to-noise ratio", Ratios)
        {
            TurnOn = o => o with { Noise = NoiseColor.White },
        },
        new("pink-noise", "10:40", "the same with pink noise", Ratios)
        {
            TurnOn = o => o with { Noise = NoiseColor.Pink },
        },
        new("background", "0:20",
            "a recording of the folder is mixed in, from a random place on; the least and greatest signal-to-noise " +
            "ratio; without DIR, of the data set's own folder _background_noise_",
            [
                new("DB", -40, 120, o => o.BackgroundLow, (o, v) => o with { BackgroundLow = v }),
                new("DB", -40, 120, o => o.BackgroundHigh, (o, v) => o with { BackgroundHigh = v }),
            ])
        {
            Folder = new(
                o => o.Background, (o, folder) => o with { Background = folder }, RecordingFolder.OfDataSet),
        },
        new("time-masks", "2:8", "stretches of time are blanked",
            [
                new("COUNT", 0, AugmentationOptions.MostMasks, o => o.TimeMasks,
                    (o, v) => o with { TimeMasks = (int)v }, IsWhole: true),
                new("FRAMES", 1, 100_000, o => o.TimeMaskFrames,
                    (o, v) => o with { TimeMaskFrames = (int)v }, IsWhole: true),
            ]),
        new("band-masks", "2:6", "neighbouring mel bands are blanked",
            [
                new("COUNT", 0, AugmentationOptions.MostMasks, o => o.BandMasks,
                    (o, v) => o with { BandMasks = (int)v }, IsWhole: true),
                new("BANDS", 1, 100_000, o => o.BandMaskRows,
                    (o, v) => o with { BandMaskRows = (int)v }, IsWhole: true),
            ]),
        new("warp", "0.1", "the mel axis is stretched or shrunk",
            [new("SHARE", 0, 0.5, o => o.Warp, (o, v) => o with { Warp = v })]),
        new("tilt", "0.5", "the spectrum is tilted and bent, by so many standard deviations of a band",
            [new("UNITS", 0, 3, o => o.Tilt, (o, v) => o with { Tilt = v })]),
        new("bc-mix", "0.5",
            "that share of the clips is mixed with another of the mini-batch as sound, at a random ratio to the ear, " +
            "and its label (between-class learning)",
            [new("SHARE", 0, 1, o => o.BetweenClasses, (o, v) => o with { BetweenClasses = v })]),
        new("mixup", "0.3", "another clip of the mini-batch is mixed in, and its label",
            [new("SHARE", 0, 0.5, o => o.Mixup, (o, v) => o with { Mixup = v })]),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(one => one.Name);

    /// <summary>Every augmentation with its form, the usual value and its sentence.</summary>
    public static string Sentences =>
        string.Join("; ", All.Select(one => $"{one.Form} ({one.Usual}): {one.Sentence}"));

    /// <summary>The augmentation of a name, or null.</summary>
    public static NamedAugmentation? Find(string name) => All.FirstOrDefault(one => one.Name == name);
}
