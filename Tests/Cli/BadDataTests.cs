using System.Text.Json;
using NativeCnn.Features.Audio;

namespace NativeCnn.Tests.Cli;

/// <summary>Data that cannot be used, and data of which most can.</summary>
public class BadDataTests
{
    [Fact]
    public void Train_OnAnEmptyFolder_NamesIt()
    {
        using var sounds = new SoundFolder();
        Train(sounds).FailedNaming(sounds.Path);
    }

    [Fact]
    public void Train_OnASingleClass_NamesIt()
    {
        using SoundFolder sounds = SoundFolder.OfClasses(1, 3);
        Train(sounds).FailedNaming(sounds.Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--sample-rate 8000 --clip-seconds 0.25")]
    public void Train_OnTextFilesNamedWav_NamesOne(string options)
    {
        using var sounds = new SoundFolder();
        foreach (string name in new[] { "a/1.wav", "a/2.wav", "b/1.wav", "b/2.wav" })
        {
            sounds.Text(name);
        }

        Train(sounds, options).FailedNaming("text file");
    }

    [Fact]
    public void Train_WithAClassOfWhichNothingCanBeRead_NamesTheClass()
    {
        using SoundFolder sounds = SoundFolder.OfClasses(2, 6);
        sounds.Text("unreadable/1.wav");
        sounds.Text("unreadable/2.wav");
        Train(sounds).FailedNaming("'unreadable'");
    }

    [Fact]
    public void Train_WithOneUnreadableFileAmongMany_SkipsItAndCountsIt()
    {
        using SoundFolder sounds = SoundFolder.OfClasses(2, 8);
        string bad = sounds.Text(Path.Combine(Path.GetFileName(Directory.GetDirectories(sounds.Path)[0])!, "bad.wav"));
        CliRun run = Train(sounds, "--json").Succeeded();
        Assert.Contains(run.Error, line => line.Contains(bad, StringComparison.Ordinal));
        JsonElement skipped = Assert.Single(run.Json[^1].GetProperty("skipped").EnumerateArray());
        Assert.Equal(bad, skipped.GetProperty("path").GetString());
    }

    [Fact]
    public void Features_OfATextFileOrATruncatedOne_NamesTheFile()
    {
        using var sounds = new SoundFolder();
        CliRun.Of("features", sounds.Text("text.wav")).FailedNaming("text.wav");
        string whole = sounds.Write("whole.wav", 0, 0);
        File.WriteAllBytes(sounds["cut.wav"], File.ReadAllBytes(whole)[..30]);
        CliRun.Of("features", sounds["cut.wav"]).FailedNaming("cut.wav");
        File.WriteAllBytes(sounds["none.wav"], WavWriter.EncodePcm16([], 8000));
        CliRun.Of("features", sounds["none.wav"]).FailedNaming("it holds no samples");
    }

    [Fact]
    public void Features_ToAWavFile_WriteTheSoundThatTheyAreComputedOf()
    {
        using var sounds = new SoundFolder();
        string whole = sounds.Write("whole.wav", 0, 0);

        CliRun.Of("features", whole, "--output", sounds["same.wav"]).Succeeded();
        CliRun.Of("features", whole, "--sample-rate", "4000", "--output", sounds["half.wav"]).Succeeded();

        AudioClip expected = AudioFile.Read(whole);
        Assert.Equal(expected.Samples, AudioFile.Read(sounds["same.wav"]).Samples);
        AudioClip half = AudioFile.Read(sounds["half.wav"]);
        Assert.Equal((4000, expected.Samples.Length / 2), (half.SampleRate, half.Samples.Length));
    }

    [Fact]
    public void Features_OfAFileThatIsCutShort_TellsAndTakesWhatIsThere()
    {
        using var sounds = new SoundFolder();
        string whole = sounds.Write("whole.wav", 0, 0);
        File.WriteAllBytes(sounds["cut.wav"], File.ReadAllBytes(whole)[..2044]);

        CliRun run = CliRun.Of("features", sounds["cut.wav"], "--json").Succeeded();

        string line = Assert.Single(run.Error);
        Assert.Contains("cut.wav is read all the same: cut short: its `data` chunk", line, StringComparison.Ordinal);
        Assert.Contains("2000 are there", run.Json[0].GetProperty("remark").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_IntoAFolderOfOtherFiles_LeavesThemAlone()
    {
        using var sounds = new SoundFolder();
        string kept = sounds.Text("run/letter.txt", "dear reader");
        CliRun.Of("train", "--clips-per-class", "4", "--device", "cpu", "--output", sounds["run"])
            .FailedNaming("not empty");
        Assert.Equal("dear reader", File.ReadAllText(kept));
    }

    private static CliRun Train(SoundFolder sounds, string options = "") => CliRun.Of(
    [
        "train", "--data", sounds.Path, "--epochs", "1", "--device", "cpu", "--output", sounds[".run"],
        .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries),
    ]);
}
