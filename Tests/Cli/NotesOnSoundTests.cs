// What a run says of its sounds in one line a kind: how much is not heard, which files were cut short. From the cache it
// says the same.
using NativeCnn.Features.Audio;
using NativeCnn.Features.Synthesis;

namespace NativeCnn.Tests.Cli;

public sealed class NotesOnSoundTests : IDisposable
{
    private readonly SoundFolder sounds = SoundFolder.OfClasses(0, 0);

    public NotesOnSoundTests()
    {
        for (int i = 0; i < 12; i++)
        {
            sounds.Write($"data/{SoundSynthesizer.Classes[i % 2]}/{i}.wav", i % 2, i);
        }
    }

    public void Dispose() => sounds.Dispose();

    [Fact]
    public void Train_OnClipsLongerThanTheNetworks_SaysHowMuchIsNotHeard()
    {
        CliRun run = Train("--clip-seconds", "0.1");
        CliRun cached = Train("--clip-seconds", "0.1");

        string line = Assert.Single(run.Error, one => one.Contains("is not heard", StringComparison.Ordinal));
        Assert.Contains("12 of 12 clips are longer than 0.1 s: 60 % of the sound", line, StringComparison.Ordinal);
        Assert.Contains(line, cached.Error);
    }

    [Fact]
    public void Train_OnWholeClips_SaysNothingOfIt() =>
        Assert.DoesNotContain(Train().Error, one => one.Contains("is not heard", StringComparison.Ordinal));

    [Fact]
    public void FilesThatAreCutShort_AreReadAndToldInOneLine_FromTheCacheToo()
    {
        for (int i = 0; i < 3; i++)
        {
            byte[] file = WavWriter.EncodePcm16(
                SoundSynthesizer.Generate(0, 50 + i, SoundFolder.SampleRate, SoundFolder.Seconds, 5),
                SoundFolder.SampleRate);
            File.WriteAllBytes(sounds[$"data/{SoundSynthesizer.Classes[0]}/cut{i}.wav"], file[..^100]);
        }

        CliRun first = Train();
        CliRun second = Train();
        CliRun described = CliRun.Of("data", "describe", sounds["data"]).Succeeded();

        foreach (CliRun run in (CliRun[])[first, second])
        {
            string line = Assert.Single(run.Error, one => one.Contains("cut short", StringComparison.Ordinal));
            Assert.Contains("3 files cut short", line, StringComparison.Ordinal);
            Assert.Contains("--strict", line, StringComparison.Ordinal);
        }

        Assert.Single(described.Output, one => one.Contains("3 files cut short", StringComparison.Ordinal));
    }

    [Fact]
    public void ClipWhoseFeaturesOverflow_IsNamedAndLeftOut()
    {
        float[] huge = SoundSynthesizer.Generate(0, 77, SoundFolder.SampleRate, SoundFolder.Seconds, 5);
        huge[100] = 3e38f;
        File.WriteAllBytes(
            sounds[$"data/{SoundSynthesizer.Classes[0]}/huge.wav"],
            WavWriter.EncodeFloat32(huge, SoundFolder.SampleRate));

        foreach (CliRun run in (CliRun[])[Train(), Train()])
        {
            string line = Assert.Single(run.Error, one => one.Contains("not finite", StringComparison.Ordinal));
            Assert.Contains("huge.wav", line, StringComparison.Ordinal);
        }
    }

    private CliRun Train(params string[] more) => CliRun.Of([
        "train", "--data", sounds["data"], "--epochs", "1", "--seed", "1", "--device", "cpu", "--cache",
        sounds["cache"], "--output", sounds["run"], "--force", .. more]).Succeeded();
}
