using NativeCnn.Cli.Errors;

namespace NativeCnn.Tests.Cli;

/// <summary>
/// A run records its split with the content of each clip; <c>--resume</c> and <c>evaluate</c> go by it.
/// </summary>
public sealed class SplitRecordTests : IDisposable
{
    private readonly SoundFolder sounds = SoundFolder.OfClasses(3, 8);

    private string Run => sounds[".run"];

    private string Data => sounds.Path;

    public void Dispose() => sounds.Dispose();

    [Fact]
    public void Resume_OfUnchangedData_KeepsTheSplit()
    {
        Train();
        string before = File.ReadAllText(Path.Combine(Run, "split.csv"));
        Assert.Equal(25, before.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        CliRun run = Resume().Succeeded();
        Assert.Equal(before, File.ReadAllText(Path.Combine(Run, "split.csv")));
        Assert.DoesNotContain(run.Error, line => line.Contains("new", StringComparison.Ordinal));
    }

    [Fact]
    public void Resume_WithNewClips_LeavesThemOutAndSaysSo_AndTheWeightsAreThoseWithout()
    {
        Train();
        CopyFolder(Run, sounds[".other"]);
        Resume().Succeeded();
        byte[] expected = File.ReadAllBytes(Path.Combine(Run, "model.safetensors"));
        string record = File.ReadAllText(Path.Combine(Run, "split.csv"));
        Directory.Delete(Run, recursive: true);
        Directory.Move(sounds[".other"], Run);

        string folder = Path.GetFileName(Directory.GetDirectories(Data).First(one => !one.Contains("/.")));
        sounds.Write($"{folder}/0000.wav", 0, 100);
        sounds.Write("another class/1.wav", 5, 1);
        CliRun run = Resume().Succeeded();
        Assert.Contains(run.Error, line =>
            line.Contains("1 clip is new", StringComparison.Ordinal) && line.Contains("0000.wav"));
        Assert.Contains(run.Error, line => line.Contains("another class", StringComparison.Ordinal));
        Assert.Equal(expected, File.ReadAllBytes(Path.Combine(Run, "model.safetensors")));
        Assert.Equal(record, File.ReadAllText(Path.Combine(Run, "split.csv")));
    }

    [Fact]
    public void Resume_WithChangedOrGoneClips_IsRefusedUnlessAccepted()
    {
        Train();
        string[] trained =
        [
            .. File.ReadAllLines(Path.Combine(Run, "split.csv")).Where(row => row.Contains(",train,"))
                .Select(row => row.Split(',')[0]),
        ];
        sounds.Write(trained[0], 7, 99);
        Resume().FailedNaming(trained[0]);
        File.Delete(sounds[trained[1]]);
        CliRun refused = Resume();
        Assert.Equal(ExitCodes.BadInput, refused.ExitCode);
        Assert.Contains("--accept-changes", Assert.Single(refused.Error), StringComparison.Ordinal);

        CliRun run = Resume("--accept-changes").Succeeded();
        Assert.Contains(run.Error, line => line.Contains("1 clip is gone", StringComparison.Ordinal));
        Assert.Contains(run.Error, line => line.Contains("1 clip is changed", StringComparison.Ordinal));
    }

    [Fact]
    public void Resume_WithoutAClassOfTheRun_IsRefusedEvenSo()
    {
        Train();
        string folder = Path.GetFileName(Directory.GetDirectories(Data).First(one => !one.Contains("/.")));
        Directory.Delete(sounds[folder], recursive: true);
        Resume("--accept-changes").FailedNaming($"'{folder}'");
    }

    [Fact]
    public void Resume_OfARunWithoutARecord_GoesOnAndSaysSo()
    {
        Train();
        File.Delete(Path.Combine(Run, "split.csv"));
        Assert.Contains(
            Resume().Succeeded().Error, line => line.Contains("recorded no split", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(Run, "split.csv"), "path,label\n");
        Resume(epochs: 3).FailedNaming("split.csv");
    }

    [Fact]
    public void Evaluate_OnClipsOfTheRun_SaysHowManyWereTrainedOn()
    {
        Train();
        string other = sounds[".copy"];
        CopyFolder(Data, other);
        CliRun run = CliRun.Of("evaluate", Run, "--data", other, "--device", "cpu", "--json").Succeeded();
        Assert.Contains(run.Error, line =>
            line.Contains("18 of 24 clips were trained on by this run", StringComparison.Ordinal));
    }

    [Fact]
    public void Train_OnTheSameClipTwice_TellsClassesAndSides()
    {
        string[] folders = [.. Directory.GetDirectories(Data).Select(path => Path.GetFileName(path)!).Order()];
        for (int i = 0; i < 8; i++)
        {
            File.Copy(sounds[$"{folders[0]}/0.wav"], sounds[$"{folders[1]}/copy{i}.wav"]);
        }

        CliRun run = Train();
        Assert.Contains(run.Error, line => line.Contains("1 sound is in two classes", StringComparison.Ordinal));
        Assert.Contains(run.Error, line => line.Contains("1 sound is on two sides", StringComparison.Ordinal));
        Assert.Contains(
            CliRun.Of("data", "describe", Data).Succeeded().Output,
            line => line.Contains("1 sound is in two classes", StringComparison.Ordinal));
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(from, file);
            if (!relative.StartsWith('.'))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, relative))!);
                File.Copy(file, Path.Combine(to, relative));
            }
        }
    }

    private CliRun Train() => CliRun.Of(
        "train", "--data", Data, "--epochs", "1", "--seed", "2", "--validation", "0.25", "--device", "cpu", "--json",
        "--output", Run).Succeeded();

    private CliRun Resume(string? option = null, int epochs = 2) => CliRun.Of(
        ["train", "--resume", Run, "--epochs", $"{epochs}", "--json", .. option is null ? [] : new[] { option }]);
}
