// The classes silence and unknown: as many clips as were asked for on every side, where they belong, the same for a
// seed.
using NativeCnn.Features.Audio;
using NativeCnn.Features.Augmentation;
using NativeCnn.Model.Data;
using NativeCnn.Model.Data.Keywords;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class KeywordSetTests
{
    private const int Rate = 8000;
    private const double Seconds = 0.1;

    private static readonly KeywordOptions Usual = new KeywordOptions { Silence = 0.1 }.WithUnknown("cat,dog:20%");

    [Fact]
    public void KeywordSet_OfWords_HasSilenceAndUnknownBehindThem()
    {
        KeywordSet set = Of(Usual);

        Assert.Equal(["no", "stop", "yes", "silence", "unknown"], set.DataSet.Labels);
        Assert.Equal([100, 100, 100, 30, 60], set.DataSet.CountByLabel());
        Assert.All(set.DataSet.Entries, clip => Assert.Equal(set.DataSet.Labels[clip.LabelIndex], clip.Label));
        Assert.Equal(
            set.DataSet.Entries.Select(clip => clip.RelativePath).Order(StringComparer.Ordinal),
            set.DataSet.Entries.Select(clip => clip.RelativePath));
        Assert.Equal(2, set.Notes.Count);
    }

    [Fact]
    public void KeywordSet_WithoutAShare_KeepsEveryUnknownClip()
    {
        KeywordSet set = Of(new KeywordOptions().WithUnknown("cat, dog"));

        Assert.Equal(["no", "stop", "yes", "unknown"], set.DataSet.Labels);
        Assert.Equal([100, 100, 100, 200], set.DataSet.CountByLabel());
    }

    [Fact]
    public void KeywordSet_OfPublishedParts_HasItsSharesOnEverySide()
    {
        KeywordSet set = Of(Usual, parts: true);

        var split = Splits.Of(set.DataSet, 0.2, seed: 1);
        foreach ((int[] side, int words) in new[] { (split.Train, 150), (split.Validation, 90), (split.Test, 60) })
        {
            Assert.Equal(words / 10, side.Count(i => set.DataSet.Entries[i].Label == "silence"));
            Assert.Equal(words / 5, side.Count(i => set.DataSet.Entries[i].Label == "unknown"));
        }
    }

    [Fact]
    public void KeywordSet_SplitAtRandom_HasItsSharesOnBothSides()
    {
        KeywordSet set = Of(Usual);

        var split = Splits.Of(set.DataSet, 0.2, seed: 1);

        Assert.Equal(24, split.Train.Count(i => set.DataSet.Entries[i].Label == "silence"));
        Assert.Equal(6, split.Validation.Count(i => set.DataSet.Entries[i].Label == "silence"));
        Assert.Equal(48, split.Train.Count(i => set.DataSet.Entries[i].Label == "unknown"));
    }

    [Fact]
    public void Silence_IsOfTheGroupsOfTheWords()
    {
        KeywordSet set = Of(Usual);
        string[] bySpeaker = GroupBy.Of(set.DataSet, "speaker");
        string[] byPrefix = GroupBy.Of(set.DataSet, "prefix");

        Assert.All(
            Enumerable.Range(0, bySpeaker.Length).Where(i => set.DataSet.Entries[i].Label == "silence"), i =>
            {
                Assert.StartsWith("s", bySpeaker[i], StringComparison.Ordinal);
                Assert.Contains(byPrefix[i], new[] { "no", "stop", "yes" });
            });
    }

    [Fact]
    public void KeywordSet_OfASeed_IsAlwaysTheSame()
    {
        string[] once = Names(Of(Usual));
        Assert.Equal(once, Names(Of(Usual)));
        Assert.NotEqual(once, Names(Of(Usual, seed: 2)));
        Assert.Equal(Samples(Of(Usual)), Samples(Of(Usual)));
        Assert.NotEqual(Samples(Of(Usual)), Samples(Of(Usual, seed: 2)));
    }

    [Fact]
    public void KeywordSet_OfATrainedNetworksLabels_IsThatOfItsTraining()
    {
        KeywordSet first = Of(Usual);
        IReadOnlyList<string> labels = KeywordSet.LabelsToRead(first.DataSet.Labels, Usual);
        Assert.Equal(["no", "stop", "yes", "silence", "unknown", "cat", "dog"], labels);

        KeywordSet again = Of(Usual, read: labels, labels: first.DataSet.Labels);

        Assert.Equal(Names(first), Names(again));
        Assert.Equal(Samples(first), Samples(again));
        Assert.Equal(first.DataSet.CountByLabel(), again.DataSet.CountByLabel());
    }

    [Fact]
    public void Silence_OfRecordings_IsAStretchOfOneTimesAFactorOrExact()
    {
        using var folder = new TemporaryFolder();
        float[] recording = Randoms.Normal(4000, seed: 4, 0.1);
        WavWriter.WriteFloat32(folder["hum.wav"], recording, 4000);
        KeywordOptions options = Usual with { Recordings = new RecordingFolder { Folder = folder.Path } };

        AudioClip[] clips = [.. Silent(Of(options))];

        Assert.All(clips, clip => Assert.Equal((4000, 400), (clip.SampleRate, clip.Samples.Length)));
        Assert.InRange(clips.Count(clip => Array.TrueForAll(clip.Samples, value => value == 0)), 1, 10);
        foreach (AudioClip clip in clips.Where(clip => clip.Samples.Any(value => value != 0)))
        {
            // The place of the stretch is where the ratio of neighbours agrees.
            int place = Enumerable.Range(0, 4000 - 400 + 1).First(from => Math.Abs(
                (clip.Samples[0] * recording[from + 1]) - (clip.Samples[1] * recording[from])) < 1e-9
                && Math.Abs((clip.Samples[2] * recording[from]) - (clip.Samples[0] * recording[from + 2])) < 1e-9);
            double factor = clip.Samples[0] / recording[place];
            Assert.InRange(factor, 0, 1);
            Closeness.Close(
                "stretch", clip.Samples, [.. recording[place..(place + 400)].Select(v => (float)(factor * v))], 1e-6,
                400);
        }
    }

    [Fact]
    public void Silence_WithoutRecordings_IsLowNoiseAndSaysSo()
    {
        KeywordSet set = Of(Usual);

        Assert.Contains(set.Notes, note => note.Contains("synthesised", StringComparison.Ordinal));
        foreach (AudioClip clip in Silent(set))
        {
            double level = Math.Sqrt(clip.Samples.ToDouble().Average(v => v * v));
            Assert.True(level == 0 || level is > 3e-4 and < 0.032, $"the level is {level}");
            Assert.Equal((Rate, (int)(Rate * Seconds)), (clip.SampleRate, clip.Samples.Length));
        }
    }

    [Theory]
    [InlineData("cta,dog", "no class 'cta'", "did you mean 'cat'?")]
    [InlineData("cat,dog,no,stop,yes", "every class", "leave one out")]
    public void KeywordSet_ThatCannotBeMade_IsRefused(string unknown, string what, string remedy)
    {
        string message = Assert.Throws<DataSetException>(() => Of(new KeywordOptions().WithUnknown(unknown))).Message;
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.Contains(remedy, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10%", 0.1)]
    [InlineData("0.25", 0.25)]
    [InlineData("100 %", 1.0)]
    [InlineData("0", null)]
    [InlineData("101%", null)]
    [InlineData("ten", null)]
    public void Share_IsAPercentageOrANumber(string text, double? expected)
    {
        if (expected is { } share)
        {
            Assert.Equal(share, KeywordOptions.ParseShare(text), 1e-12);
        }
        else
        {
            Assert.Contains("10% or 0.1", Assert.Throws<ArgumentException>(
                () => KeywordOptions.ParseShare(text)).Message, StringComparison.Ordinal);
        }
    }

    private static KeywordSet Of(
        KeywordOptions options, long seed = 1, bool parts = false, IReadOnlyList<string>? read = null,
        IReadOnlyList<string>? labels = null)
    {
        string[] words = ["cat", "dog", "no", "stop", "yes"];
        read ??= words;
        ClipEntry[] clips =
        [
            .. words.SelectMany(word => Enumerable.Range(0, 100).Select(i => new ClipEntry(
                $"/data/{word}/{word}_s{i % 7}_{i}.wav", $"{word}/{word}_s{i % 7}_{i}.wav",
                read.ToList().IndexOf(word), word,
                !parts ? null : i < 50 ? SplitPart.Train : i < 80 ? SplitPart.Validation : SplitPart.Test, null,
                new Dictionary<string, string>()))),
        ];
        var data = new DataSet("/data", read, clips) { PublishedParts = parts };
        return KeywordSet.Of(data, new NoFiles(), options, seed, Seconds, Rate, labels);
    }

    private static string[] Names(KeywordSet set) => [.. set.DataSet.Entries.Select(clip => clip.RelativePath)];

    private static IEnumerable<AudioClip> Silent(KeywordSet set)
    {
        IClipCursor cursor = set.Reader.Cursor();
        foreach (ClipEntry clip in set.DataSet.Entries.Where(clip => clip.Label == "silence"))
        {
            Assert.Null(cursor.MoveTo(clip));
            AudioClip read = cursor.Decode(CancellationToken.None);
            Assert.Equal(read.Samples, set.Reader.Read(clip).Samples);
            yield return read;
        }
    }

    private static float[] Samples(KeywordSet set) => [.. Silent(set).SelectMany(clip => clip.Samples)];

    private sealed class NoFiles : IClipReader
    {
        public AudioClip Read(ClipEntry entry, CancellationToken cancellation = default) =>
            throw new IOException($"there is no file {entry.Path}");
    }
}
