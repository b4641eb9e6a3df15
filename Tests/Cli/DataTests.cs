using System.IO.Compression;
using System.Text.Json;
using NativeCnn.Cli.Errors;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Synthesis;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

/// <summary>
/// <c>data describe</c>, <c>list</c> and <c>fetch</c>, and training on data that names its own split or folds.
/// </summary>
public class DataTests
{
    [Fact]
    public void DescribeJson_OfPublishedData_HasEveryFigure()
    {
        using TemporaryFolder folder = PublishedTrees.SpeechCommands();
        JsonElement line = Assert.Single(CliRun.Of("data", "describe", folder.Path, "--json").Succeeded().Json);

        Assert.Equal("Speech Commands", line.GetProperty("reader").GetString());
        Assert.Equal(36, line.GetProperty("clips").GetInt32());
        Assert.Equal(36, line.GetProperty("readable").GetInt32());
        Assert.Equal(36 * 4 / 8000.0, line.GetProperty("seconds").GetDouble(), 9);
        Assert.Equal(
            PublishedTrees.Words.Select(word => (word, 12)),
            line.GetProperty("classes").EnumerateArray().Select(one =>
                (one.GetProperty("label").GetString()!, one.GetProperty("clips").GetInt32())));
        Assert.Equal("""[{"sample_rate":8000,"clips":36}]""", line.GetProperty("sample_rates").ToString());
        Assert.Equal("""[{"channels":1,"clips":36}]""", line.GetProperty("channels").ToString());
        Assert.Equal("""[{"format":"WAV, 16-bit PCM","clips":36}]""", line.GetProperty("formats").ToString());
        Assert.Equal(
            """[{"part":"train","clips":24},{"part":"validation","clips":6},{"part":"test","clips":6}]""",
            line.GetProperty("parts").ToString());
        Assert.Contains(
            """{"group_by":"speaker","groups":6,"smallest":6,"largest":6}""", line.GetProperty("groups").ToString(),
            StringComparison.Ordinal);
        Assert.Equal(2, line.GetProperty("background_noise").GetInt32());
        Assert.Empty(line.GetProperty("damaged").EnumerateArray());
        Assert.Equal(1, line.GetProperty("imbalance").GetDouble());
    }

    [Fact]
    public void Describe_OfDamagedAndMixedFiles_TellsEach()
    {
        using var sounds = new SoundFolder();
        float[] second = new float[16000];
        for (int clip = 0; clip < 6; clip++)
        {
            sounds.Write($"big class/{clip}.wav", 0, clip);
        }

        sounds.Write("small/0.wav", 1, 0);
        WavWriter.WritePcm16(sounds["small/long.wav"], second, 16000);
        string text = sounds.Text("small/text.wav");
        File.WriteAllBytes(sounds["small/empty.wav"], []);
        File.WriteAllBytes(sounds["big class/cut.wav"], File.ReadAllBytes(sounds["small/long.wav"])[..1000]);
        Directory.CreateDirectory(sounds["nothing"]);

        JsonElement line = Assert.Single(
            CliRun.Of("data", "describe", sounds.Path, "--strict", "--json").Succeeded().Json);
        JsonElement[] damaged = [.. line.GetProperty("damaged").EnumerateArray()];
        Assert.Equal(
            [sounds["big class/cut.wav"], sounds["small/empty.wav"], text],
            damaged.Select(one => one.GetProperty("path").GetString()));
        Assert.Contains("cut short", damaged[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("empty", damaged[1].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("text file", damaged[2].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal((11, 8), (line.GetProperty("clips").GetInt32(), line.GetProperty("readable").GetInt32()));
        JsonElement lengths = line.GetProperty("lengths");
        Assert.Equal(
            [SoundFolder.Seconds, SoundFolder.Seconds, 1, 1],
            new[] { "min", "median", "p95", "max" }.Select(name => lengths.GetProperty(name).GetDouble()));
        Assert.Equal(7 / 4.0, line.GetProperty("imbalance").GetDouble());
        Assert.Contains("nothing", line.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);

        CliRun plain = CliRun.Of("data", "describe", sounds.Path, "--strict").Succeeded();
        Assert.Contains("8 of 11 clips can be read", plain.Output);
        Assert.Contains(plain.Output, row => row.Contains("8000 Hz: 7, 16000 Hz: 1", StringComparison.Ordinal));
        Assert.Contains(plain.Error, row => row.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void Describe_OfNoSound_StillDescribes_AndOfNoData_Fails()
    {
        using var sounds = new SoundFolder();
        sounds.Text("only/1.wav");
        JsonElement line = Assert.Single(CliRun.Of("data", "describe", sounds.Path, "--json").Succeeded().Json);
        Assert.Equal(0, line.GetProperty("readable").GetInt32());
        Assert.False(line.TryGetProperty("lengths", out _));
        CliRun.Of("data", "describe", sounds["none"]).FailedNaming("no folder");
        CliRun.Of("data", "describe").FailedNaming("DIR|FILE.csv");
    }

    [Fact]
    public void Describe_Interrupted_Ends130()
    {
        using SoundFolder sounds = SoundFolder.OfClasses(2, 2);
        CliRun run = CliRun.Of(
            new StringWriter(), new CancellationToken(canceled: true), "data", "describe", sounds.Path);
        Assert.Equal(ExitCodes.Interrupted, run.ExitCode);
    }

    [Fact]
    public void Train_OnDataWithFolds_NeedsNoGroupForFolds_AndTestPartsCanBeMeasured()
    {
        using SoundFolder sounds = SoundFolder.OfSpeakers(2, ["ann", "bob"], 6);
        string[] clips = [.. Directory.GetFiles(sounds.Path).Select(path => Path.GetFileName(path)).Order()];
        string Csv(string column, Func<int, string> value) => sounds.Text(
            $"{column}.csv", $"path,label,{column}\n" + string.Concat(
                clips.Select((clip, i) => $"{clip},{clip.Split('_')[0]},{value(i)}\n")));

        string folds = Csv("fold", i => $"{1 + (i % 3)}");
        CliRun run = Train(sounds, "--data", folds, "--folds").Succeeded();
        Assert.Equal(
            ["1", "2", "3"],
            run.Json[^1].GetProperty("folds").EnumerateArray().Select(one => one.GetProperty("group").GetString()));
        Assert.Contains(run.Error, line => line.Contains("each of its 3 folds", StringComparison.Ordinal));

        run = Train(sounds, "--data", folds, "--force").Succeeded();
        Assert.Contains(run.Error, line => line.Contains("its fold '3' validates", StringComparison.Ordinal));
        AssertSides(run, "16 clips to train on, 8 to validate");
        run = Train(sounds, "--data", folds, "--force", "--validation", "0.25").Succeeded();
        AssertSides(run, "18 clips to train on, 6 to validate");

        string parts = Csv("split", i => (i % 6) switch { 0 => "test", 1 => "val", _ => "train" });
        Train(sounds, "--data", parts, "--folds").FailedNaming("--group");
        run = Train(sounds, "--data", parts, "--force").Succeeded();
        AssertSides(run, "16 clips to train on, 4 to validate");
        CliRun measured = CliRun.Of(
            "evaluate", sounds[".run"], "--data", parts, "--part", "test", "--device", "cpu", "--json").Succeeded();
        Assert.Equal(4, measured.Json[0].GetProperty("clips").GetInt32());
        CliRun.Of("evaluate", sounds[".run"], "--data", folds, "--part", "test", "--device", "cpu")
            .FailedNaming("no clip for test");
    }

    [Fact]
    public void List_NamesEveryDataSet_AndFetchKnowsNoOther()
    {
        CliRun json = CliRun.Of("data", "list", "--json").Succeeded();
        Assert.Equal(
            ["fsdd", "esc50", "urbansound8k", "speech_commands"],
            json.Json.Select(line => line.GetProperty("name").GetString()));
        Assert.Contains(
            CliRun.Of("data", "list").Succeeded().Output,
            line => line.StartsWith("speech_commands", StringComparison.Ordinal) && line.Contains("SHA-256"));
        CliRun.Of("data", "fetch", "mnist").FailedNaming("'mnist'");
        CliRun.Of("data", "fetch", "fsdd", "--url", "ftp://x/y").FailedNaming("'ftp://x/y'");
    }

    [Fact]
    public void Fetch_FromAnotherAddress_LeavesADataSetThatTrains()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder digits = new();
        for (int digit = 0; digit < 10; digit++)
        {
            for (int index = 3; index < 9; index++)
            {
                string name = digits[$"master/recordings/{digit}_theo_{index}.wav"];
                Directory.CreateDirectory(Path.GetDirectoryName(name)!);
                WavWriter.WritePcm16(name, SoundSynthesizer.Generate(digit, index, 8000, 0.25, 1), 8000);
            }
        }

        ZipFile.CreateFromDirectory(digits.Path, folder["fsdd.zip.source"]);
        byte[] zip = File.ReadAllBytes(folder["fsdd.zip.source"]);
        using var server = new LoopbackServer((request, _) => request.Path == "/fsdd.zip"
            ? LoopbackServer.File(request, zip) : new WebReply(404, []));

        CliRun run = CliRun.Of(
            "data", "fetch", "fsdd", "--output", folder["fsdd"], "--url", server["fsdd.zip"].ToString(), "--json")
            .Succeeded();
        JsonElement line = Assert.Single(run.Json);
        Assert.Equal(("fsdd", 60), (line.GetProperty("name").GetString(), line.GetProperty("clips").GetInt32()));
        Assert.Contains("no checksum", line.GetProperty("checked").GetString(), StringComparison.Ordinal);
        Assert.Contains(run.Error, text => text.Contains("60 clips are there, 3000", StringComparison.Ordinal));
        Assert.Contains(run.Error, text => text.Contains("fsdd: downloading", StringComparison.Ordinal));

        CliRun trained = CliRun.Of(
            "train", "--data", folder["fsdd"], "--epochs", "1", "--device", "cpu", "--json", "--output",
            folder["run"]).Succeeded();
        Assert.Contains(trained.Error, text => text.Contains("read as FSDD: 20 test clips", StringComparison.Ordinal));
        AssertSides(trained, "30 clips to train on, 10 to validate");

        CliRun failed = CliRun.Of(
            "data", "fetch", "speech_commands", "--output", folder["words"], "--url", server["none"].ToString());
        Assert.Equal(ExitCodes.Failed, failed.ExitCode);
        Assert.Contains("404", Assert.Single(failed.Error), StringComparison.Ordinal);
        Assert.Empty(failed.Output);
    }

    private static void AssertSides(CliRun run, string said) =>
        Assert.Contains(run.Error, line => line.EndsWith(said, StringComparison.Ordinal));

    private static CliRun Train(SoundFolder sounds, params string[] options) => CliRun.Of(
        ["train", "--epochs", "1", "--device", "cpu", "--json", "--output", sounds[".run"], .. options]);
}
