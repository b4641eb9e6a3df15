// Sound as people have it, at the command line: compressed files of another rate, stereo, folders with spaces.

using System.Text.Json;
using NativeCnn.Features.Synthesis;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

[Collection("ffmpeg")]
public sealed class CompressedSoundTests : IDisposable
{
    private readonly TemporaryFolder sounds = new();
    private readonly TemporaryFolder runs = new();

    public void Dispose()
    {
        sounds.Dispose();
        runs.Dispose();
    }

    [SkippableFact]
    [Trait(Slow.Category, Slow.Name)]
    public void Train_OnOggFilesInFoldersWithSpaces_LeavesEachPrefixOutInOneCommand()
    {
        Ffmpeg.Required();
        for (int label = 0; label < 3; label++)
        {
            for (int clip = 0; clip < 4; clip++)
            {
                string prefix = clip % 2 == 0 ? "field day" : "studio";
                Write($"class of {SoundSynthesizer.Classes[label]}/{prefix}-{clip} take.ogg", label, clip, "libvorbis");
            }
        }

        string[] command =
        [
            "train", "--data", sounds.Path, "--group", "prefix", "--folds", "--epochs", "1", "--device", "cpu",
            "--cache", runs["cache"], "--json",
        ];
        CliRun first = CliRun.Of([.. command, "--output", runs["first"]]).Succeeded();
        CliRun again = CliRun.Of([.. command, "--output", runs["again"]]).Succeeded();
        CliRun uncached = CliRun.Of([.. command, "--no-cache", "--output", runs["uncached"]]).Succeeded();

        JsonElement last = first.Json[^1];
        Assert.Equal(
            ["field day", "studio"],
            last.GetProperty("folds").EnumerateArray().Select(fold => fold.GetProperty("group").GetString()));
        foreach (string fold in new[] { "fold-field%20day", "fold-studio" })
        {
            byte[] model = File.ReadAllBytes(Path.Combine(runs["first"], fold, "model.safetensors"));
            Assert.Equal(model, File.ReadAllBytes(Path.Combine(runs["again"], fold, "model.safetensors")));
            Assert.Equal(model, File.ReadAllBytes(Path.Combine(runs["uncached"], fold, "model.safetensors")));
            string config = File.ReadAllText(Path.Combine(runs["first"], fold, "config.json"));
            Assert.Contains("\"sample_rate\": 44100", config, StringComparison.Ordinal);
        }

        Assert.NotEmpty(again.Output);
        Assert.NotEmpty(uncached.Output);
    }

    [SkippableFact]
    public void Predict_OfACompressedFileOfAnotherRate_AgreesWithTheWavFile()
    {
        Ffmpeg.Required();
        using SoundFolder wav = SoundFolder.OfClasses(2, 6);
        CliRun.Of("train", "--data", wav.Path, "--epochs", "2", "--device", "cpu", "--output", runs["run"]).Succeeded();
        string name = $"{SoundSynthesizer.Classes[0]}/0";
        float[] samples = NativeCnn.Features.Audio.AudioFile.Read(wav[name + ".wav"]).Samples;
        Ffmpeg.Write(sounds["0.flac"], samples, SoundFolder.SampleRate, 1, "-ar", "44100", "-c:a", "flac");

        JsonElement[] said = CliRun.Of(
            "predict", runs["run"], wav[name + ".wav"], sounds["0.flac"], "--device", "cpu", "--json").Succeeded().Json;

        Assert.Equal(said[0].GetProperty("label").GetString(), said[1].GetProperty("label").GetString());
        Assert.Equal(
            said[0].GetProperty("probability").GetDouble(), said[1].GetProperty("probability").GetDouble(), 0.05);
    }

    private void Write(string name, int label, int example, string codec)
    {
        string path = sounds[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        float[] sound = SoundSynthesizer.Generate(label, example, 44100, 1.0, 5);
        float[] stereo = [.. sound.SelectMany(x => new[] { x, 0.5f * x })];
        Ffmpeg.Write(path, stereo, 44100, 2, "-c:a", codec);
    }
}
