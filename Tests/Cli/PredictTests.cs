// What predict hears of long sounds, and what it takes: folders, lists, standard input.
using NativeCnn.Cli;
using NativeCnn.Cli.Errors;
using NativeCnn.Features.Audio;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

public sealed class PredictTests : IClassFixture<PredictTests.Tones>
{
    private readonly Tones tones;

    public PredictTests(Tones tones) => this.tones = tones;

    [Theory]
    [InlineData("high")]
    [InlineData("low")]
    public void SoundBehindSilence_LongerThanTheRunsClips_IsHeardInWindows(string label)
    {
        string path = tones.Write("late.wav", [.. new float[32000], .. Tones.Of(label, 4000, seed: 99)]);

        CliRun run = CliRun.Of("predict", tones.Run, path, "--json", "--device", "cpu").Succeeded();

        Assert.Equal(label, run.Json[0].GetProperty("label").GetString());
        Assert.Equal(17, run.Json[0].GetProperty("windows").GetArrayLength());
        Assert.Equal(label, run.Json[0].GetProperty("windows")[16].GetProperty("label").GetString());
        Assert.Contains("windows 0.25 s apart", Assert.Single(run.Error), StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_OfAHopOfOnesOwn_AreSoFarApart()
    {
        string path = tones.Write("two.wav", [.. Tones.Of("low", 8000, 1), .. Tones.Of("high", 4000, 2)]);

        CliRun run = CliRun.Of("predict", tones.Run, path, "--json", "--windows", "0.5").Succeeded();
        CliRun beginning = CliRun.Of("predict", tones.Run, path, "--json", "--windows", "0").Succeeded();

        Assert.Equal(
            [0, 0.5, 1.0],
            run.Json[0].GetProperty("windows").EnumerateArray().Select(one => one.GetProperty("start").GetDouble()));
        Assert.Equal("low", beginning.Json[0].GetProperty("label").GetString());
        Assert.Contains("only the beginning", Assert.Single(beginning.Error), StringComparison.Ordinal);
    }

    [Fact]
    public void SoundAsLongAsTheClips_IsHeardOnce_AndNothingIsSaid()
    {
        string path = tones.Write("short.wav", Tones.Of("mid", 4100, 3));

        CliRun run = CliRun.Of("predict", tones.Run, path, "--json").Succeeded();

        Assert.Equal("mid", run.Json[0].GetProperty("label").GetString());
        Assert.False(run.Json[0].TryGetProperty("windows", out _));
        Assert.Empty(run.Error);
    }

    [Fact]
    public void Threshold_AboveWhatTheNetworkSays_GivesUnknown()
    {
        string path = tones.Write("one.wav", Tones.Of("mid", 4000, 4));

        CliRun sure = CliRun.Of("predict", tones.Run, path, "--json", "--threshold", "0.01").Succeeded();
        CliRun unsure = CliRun.Of("predict", tones.Run, path, "--json", "--threshold", "1").Succeeded();
        CliRun text = CliRun.Of("predict", tones.Run, path, "--threshold", "1").Succeeded();

        Assert.Equal("mid", sure.Json[0].GetProperty("label").GetString());
        Assert.Equal("unknown", unsure.Json[0].GetProperty("label").GetString());
        Assert.Equal("mid", unsure.Json[0].GetProperty("top")[0].GetProperty("label").GetString());
        Assert.Contains("unknown; mid", Assert.Single(text.Output), StringComparison.Ordinal);
    }

    [Fact]
    public void FolderAndLists_GiveALineASound()
    {
        string folder = Path.GetDirectoryName(tones.Write("new/a.wav", Tones.Of("low", 4000, 5)))!;
        tones.Write("new/deep/b.wav", Tones.Of("high", 4000, 6));
        File.WriteAllText(Path.Combine(folder, "notes.md"), "no sound");
        string csv = tones.Text("list.csv", "file_name,speaker\nnew/deep/b.wav,x\nnew/a.wav,y\n");
        string text = tones.Text("list.txt", "# sounds\nnew/a.wav\n\nnew/deep/b.wav\n");

        Assert.Equal(["low", "high"], Labels(folder));
        Assert.Equal(["high", "low"], Labels(csv));
        Assert.Equal(["low", "high"], Labels(text));
    }

    [Fact]
    public void FolderOrListWithoutSounds_IsToldAndTheOthersGoOn()
    {
        string empty = Directory.CreateDirectory(Path.Combine(tones.Folder, "empty")).FullName;
        string list = tones.Text("labels.csv", "speaker,age\nx,3\n");
        string sound = tones.Write("one.wav", Tones.Of("mid", 4000, 4));

        CliRun run = CliRun.Of("predict", tones.Run, empty, list, sound, "--json");

        Assert.Equal(ExitCodes.BadInput, run.ExitCode);
        Assert.Equal("mid", Assert.Single(run.Json).GetProperty("label").GetString());
        Assert.Contains(run.Error, line => line.Contains("no sound files", StringComparison.Ordinal));
        Assert.Contains(run.Error, line => line.Contains("--path-column", StringComparison.Ordinal));
    }

    [Fact]
    public void ControlCharacters_InTheNameOfAFile_AreWrittenOut()
    {
        string path = tones.Write("red\u001b[31m.wav", Tones.Of("mid", 4000, 4));
        File.WriteAllText(Path.Combine(tones.Folder, "bell\u0007.wav"), "no sound");

        CliRun run = CliRun.Of("predict", tones.Run, path, Path.Combine(tones.Folder, "bell\u0007.wav"));

        Assert.Contains("red\\u001b[31m.wav: mid", Assert.Single(run.Output), StringComparison.Ordinal);
        Assert.DoesNotContain('\u0007', Assert.Single(run.Error));
    }

    [Fact]
    public void StandardInput_IsASound()
    {
        var output = new StringWriter();
        var error = new StringWriter();
        using var input = new MemoryStream(WavWriter.EncodePcm16(Tones.Of("high", 4000, 7), 8000));

        int code = CommandLine.Run(["predict", tones.Run, "-", "--top", "1"], output, error, input: input);

        Assert.Equal(ExitCodes.Done, code);
        Assert.StartsWith("-: high", output.ToString(), StringComparison.Ordinal);
    }

    private string[] Labels(string given) =>
    [
        .. CliRun.Of("predict", tones.Run, given, "--json").Succeeded().Json
            .Select(line => line.GetProperty("label").GetString()!),
    ];

    /// <summary>A run trained on tones of half a second at 8 kHz.</summary>
    public sealed class Tones : IDisposable
    {
        private static readonly (string Label, double Hertz)[] Classes = [("low", 300), ("mid", 900), ("high", 2400)];

        private readonly TemporaryFolder folder = new();

        public Tones()
        {
            foreach ((string label, _) in Classes)
            {
                for (int i = 0; i < 10; i++)
                {
                    Write($"data/{label}/{i}.wav", Of(label, 4000, i));
                }
            }

            CliRun.Of(
                "train", "--data", folder["data"], "--output", Run, "--epochs", "6", "--seed", "1", "--device", "cpu",
                "--batch-size", "6").Succeeded();
        }

        public string Folder => folder.Path;

        public string Run => folder["run"];

        public static float[] Of(string label, int samples, int seed)
        {
            double hertz = Classes.Single(one => one.Label == label).Hertz;
            float[] noise = Randoms.Normal(samples, seed);
            return
            [
                .. noise.Select((value, n) =>
                    (float)(0.4 * Math.Sin((Math.Tau * hertz * n / 8000) + seed)) + (0.002f * value)),
            ];
        }

        public string Write(string name, float[] samples)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            WavWriter.WritePcm16(folder[name], samples, 8000);
            return folder[name];
        }

        public string Text(string name, string text) => folder.Text(name, text);

        public void Dispose() => folder.Dispose();
    }
}
