using NativeCnn.Features.Audio;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

/// <summary>
/// Runs with noise, rooms and the classes silence and unknown, from the command line to the run folder.
/// </summary>
public sealed class OwnNoiseRunTests : IDisposable
{
    private readonly SoundFolder folder = SoundFolder.OfClasses(4, 10);

    public OwnNoiseRunTests()
    {
        Directory.CreateDirectory(folder[".noise/deep"]);
        Directory.CreateDirectory(folder[".rooms"]);
        WavWriter.WriteFloat32(folder[".noise/hiss.wav"], Randoms.Normal(9000, seed: 1, 0.1), 11_025);
        WavWriter.WritePcm16(folder[".noise/deep/hum.wav"], Randoms.Normal(500, seed: 2, 0.1), 8000);
        WavWriter.WriteFloat32(folder[".rooms/room.wav"], Randoms.Normal(600, seed: 3, 0.1), 8000);
    }

    private string[] OwnNoise =>
    [
        "--augment", $"background={folder[".noise"]}:0:10,rir={folder[".rooms"]},gain", "--silence", "10%",
        "--unknown", "rising,falling:12.5%",
    ];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void OwnNoise_OnBuiltInSounds_TrainsAndIsResumedToTheSameModel()
    {
        CliRun whole = Train("whole", 3, OwnNoise).Succeeded();
        Train("halves", 1, OwnNoise).Succeeded();
        CliRun.Of("train", "--resume", folder[".runs/halves"], "--epochs", "3", "--json").Succeeded();

        Assert.Equal(Model("whole"), Model("halves"));
        Assert.Contains(
            whole.Error, line => line.Contains("silence: 6 clips, cut from 2 of 2", StringComparison.Ordinal));
        Assert.Contains(whole.Error, line => line.Contains("unknown: 8 clips of 2 classes", StringComparison.Ordinal));
        RunConfig config = Config("whole");
        Assert.Equal(["silence", "unknown"], config.Labels.TakeLast(2));
        Assert.Equal(folder[".noise"], config.Training.Augmentation.Background!.Folder);
        Train("plain", 3, OwnNoise[2..]).Succeeded();
        Assert.NotEqual(Model("plain"), Model("whole"));
        File.Copy(folder["sine/0.wav"], folder["one.wav"]);
        CliRun.Of("predict", folder[".runs/whole"], folder["one.wav"]).Succeeded();
    }

    /// <summary>A weight that hardly moves: the network's first validation is that of another augmentation.</summary>
    [Fact]
    public void OwnNoise_LeavesValidationUntouched()
    {
        string[] hardly = ["--learning-rate", "1e-30", "--model", "article"];
        double plain = Loss(Train("dry", 1, [.. hardly, "--augment", "none"]));
        double noisy = Loss(Train("noisy", 1, [.. hardly, .. OwnNoise[..2]]));

        Assert.Equal(plain, noisy, 1e-12);

        static double Loss(CliRun run) => run.Succeeded().Json[0].GetProperty("validation_loss").GetDouble();
    }

    [Theory]
    [InlineData(".noise/deep/hum.wav", false)]
    [InlineData(".noise/deep/hum.wav", true)]
    [InlineData(".rooms", true)]
    public void Resume_WithRecordingsGoneOrChanged_IsRefused(string what, bool isGone)
    {
        Train("run", 1, OwnNoise).Succeeded();
        if (!isGone)
        {
            WavWriter.WritePcm16(folder[what], Randoms.Normal(500, seed: 9, 0.1), 8000);
        }
        else if (Directory.Exists(folder[what]))
        {
            Directory.Delete(folder[what], recursive: true);
        }
        else
        {
            File.Delete(folder[what]);
        }

        CliRun.Of("train", "--resume", folder[".runs/run"], "--epochs", "2").FailedNaming(
            "put them back, or begin a new run");
    }

    [Fact]
    public void Resume_WithMoreClipsInTheData_KeepsTheSilenceAndUnknownOfTheRun()
    {
        string[] data = ["--data", folder.Path, "--clip-seconds", "0.25", "--silence", "25%", "--unknown", "sine:20%"];
        CliRun.Of(Arguments("whole", 2, data)).Succeeded();
        CliRun.Of(Arguments("halves", 1, data)).Succeeded();
        for (int i = 10; i < 20; i++)
        {
            folder.Write($"sine/{i}.wav", 0, i);
            folder.Write($"square/{i}.wav", 1, i);
        }

        CliRun.Of("train", "--resume", folder[".runs/halves"], "--epochs", "2", "--no-cache").Succeeded();

        Assert.Equal(Model("whole"), Model("halves"));
    }

    [Fact]
    public void Background_Alone_TakesTheDataSetsOwnFolder()
    {
        string[] alone = ["--data", folder.Path, "--augment", "background", "--silence", "0.2"];
        CliRun.Of(Arguments("none", 1, alone)).FailedNaming("has no folder _background_noise_; name a folder");

        Directory.Move(folder[".noise"], folder["_background_noise_"]);
        CliRun run = CliRun.Of(Arguments("own", 1, alone)).Succeeded();

        Assert.Equal(folder["_background_noise_"], Config("own").Training.Augmentation.Background!.Folder);
        Assert.Equal(folder["_background_noise_"], Config("own").Keywords!.Recordings!.Folder);
        Assert.Contains(run.Error, line => line.Contains("silence: 8 clips", StringComparison.Ordinal));
    }

    [Fact]
    public void Evaluate_MapsTheMergedClassesAndAddsSilenceWhereAsked()
    {
        CliRun.Of(Arguments(
            "run", 1, "--data", folder.Path, "--silence", "20%", "--unknown", "sine,square:50%")).Succeeded();

        Assert.Equal([("sawtooth", 10), ("rising", 10), ("silence", 0), ("unknown", 20)], Clips());
        Assert.Equal([("sawtooth", 10), ("rising", 10), ("silence", 4), ("unknown", 20)], Clips("--silence", "20%"));

        (string, int)[] Clips(params string[] more) =>
        [
            .. CliRun.Of(["evaluate", folder[".runs/run"], "--data", folder.Path, "--json", "--device", "cpu", .. more])
                .Succeeded().Json[0].GetProperty("classes").EnumerateArray()
                .Select(one => (one.GetProperty("label").GetString()!, one.GetProperty("support").GetInt32()))
                .OrderBy(one => Array.IndexOf(["sawtooth", "rising", "silence", "unknown"], one.Item1)),
        ];
    }

    [Theory]
    [InlineData("--augment", "rir", "give rir=DIR[:SHARE]")]
    [InlineData("--augment", "background", "has no folder _background_noise_")]
    [InlineData("--augment", "background=/nowhere/at/all", "there is no folder '/nowhere/at/all'")]
    [InlineData("--unknown", "risin", "did you mean 'rising'?")]
    [InlineData("--silence", "150%", "--silence: '150%' is no share")]
    public void OwnNoise_ThatIsNotThere_IsRefusedInOneLine(string option, string value, string told) =>
        Train("refused", 1, option, value).FailedNaming(told);

    private CliRun Train(string name, int epochs, params string[] more) => CliRun.Of(
        Arguments(name, epochs, ["--clips-per-class", "8", "--clip-seconds", "0.25", .. more]));

    private string[] Arguments(string name, int epochs, params string[] more) =>
    [
        "train", "--epochs", $"{epochs}", "--seed", "3", "--device", "cpu", "--workers", "2", "--no-cache", "--json",
        "--output", folder[$".runs/{name}"], .. more,
    ];

    private byte[] Model(string name) => File.ReadAllBytes(folder[$".runs/{name}/model.safetensors"]);

    private RunConfig Config(string name) => RunConfig.Load(folder[$".runs/{name}/config.json"]);
}
