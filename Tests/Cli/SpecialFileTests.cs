// A pipe or a device among sounds is told and left out: nobody waits for it, and nothing is read without end.
using System.Diagnostics;
using NativeCnn.Cli.Errors;
using NativeCnn.Features.Synthesis;

namespace NativeCnn.Tests.Cli;

public sealed class SpecialFileTests : IClassFixture<TrainedRun>
{
    private readonly TrainedRun trained;

    public SpecialFileTests(TrainedRun trained) => this.trained = trained;

    [SkippableTheory]
    [InlineData("predict")]
    [InlineData("features")]
    public void PipeOrDevice_NamedAsASound_IsRefusedAtOnce(string command)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "pipes are told from files on Linux");
        using SoundFolder sounds = SoundFolder.OfClasses(0, 0);
        foreach (string file in (string[])[Pipe(sounds["pipe.wav"]), Zero(sounds["zero.wav"])])
        {
            CliRun run = command == "predict"
                ? CliRun.Of("predict", trained.Path, file)
                : CliRun.Of("features", file);

            Assert.Equal(ExitCodes.BadInput, run.ExitCode);
            Assert.Contains("a pipe or a device", Assert.Single(run.Error), StringComparison.Ordinal);
        }
    }

    /// <summary>A network, a chain of features, a run's configuration.</summary>
    [SkippableFact]
    public void PipeOrDevice_NamedAsSettings_IsRefusedAtOnce()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "pipes are told from files on Linux");
        using SoundFolder sounds = SoundFolder.OfClasses(1, 1);
        string sound = Directory.GetFiles(sounds.Path, "*.wav", SearchOption.AllDirectories)[0];
        string run = Directory.CreateDirectory(sounds["run"]).FullName;
        foreach (string file in (string[])[Pipe(sounds["pipe.json"]), Zero(sounds["zero.json"])])
        {
            File.Delete(Path.Combine(run, "config.json"));
            File.CreateSymbolicLink(Path.Combine(run, "config.json"), file);
            CliRun[] runs =
            [
                CliRun.Of("model", "summary", file), CliRun.Of("features", sound, "--features", file),
                CliRun.Of("model", "summary", run),
            ];

            Assert.All(runs, one =>
            {
                Assert.Equal(ExitCodes.BadInput, one.ExitCode);
                Assert.Contains("a pipe or a device", Assert.Single(one.Error), StringComparison.Ordinal);
            });
        }
    }

    [SkippableFact]
    public void PipeAndDevice_AmongTheSoundsOfADataSet_AreLeftOut()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "pipes are told from files on Linux");
        using SoundFolder sounds = SoundFolder.OfClasses(2, 6);
        string folder = Path.Combine(sounds.Path, SoundSynthesizer.Classes[0]);
        Pipe(Path.Combine(folder, "pipe.wav"));
        Zero(Path.Combine(folder, "zero.wav"));

        CliRun described = CliRun.Of("data", "describe", sounds.Path).Succeeded();
        CliRun run = CliRun.Of(
            "train", "--data", sounds.Path, "--epochs", "1", "--device", "cpu", "--output", trained["special"])
            .Succeeded();

        Assert.Contains("12 of 14 clips can be read", described.Output[^1], StringComparison.Ordinal);
        Assert.Contains(run.Error, line => line.Contains("2 clips could not be read", StringComparison.Ordinal));
    }

    private static string Pipe(string path)
    {
        using Process made = Process.Start("mkfifo", path);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
        return path;
    }

    private static string Zero(string path)
    {
        File.CreateSymbolicLink(path, "/dev/zero");
        return path;
    }
}
