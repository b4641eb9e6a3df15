// Where else a command may find itself: streams that are closed, full or read by nobody, low limits, no home, another
// language, one core, very long paths. Each does its work, or ends with one line that says what to do.
using NativeCnn.Cli.Errors;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Faults;

[Trait(Slow.Category, Slow.Name)]
public sealed class OddPlacesTests : IClassFixture<OddPlacesTests.Reference>
{
    private const string Train =
        "nativecnn train --clips-per-class 4 --clip-seconds 0.3 --epochs 2 --seed 1 --device cpu --workers 1 --output run";

    private readonly Reference reference;

    public OddPlacesTests(Reference reference) => this.reference = reference;

    [SkippableTheory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData("<&-")]
    [InlineData("| head -n 1")]
    [InlineData("--json | head -n 1")]
    public void StandardStreams_ThatNobodyReads_CostTheRunNothing(string streams)
    {
        using var folder = new TemporaryFolder();

        CommandProcess run = CommandProcess.Run(folder.Path, $"{Train} {streams}");

        Assert.True(run.ExitCode == 0 && !run.Error.Contains("error: ", StringComparison.Ordinal), run.Error);
        Assert.Equal(reference.Model, File.ReadAllBytes(folder["run/model.safetensors"]));
    }

    [SkippableTheory]
    [InlineData(">/dev/full", ExitCodes.Failed, "cannot write standard output: no space left")]
    [InlineData(">&-", ExitCodes.BadInput, "cannot write standard output: it is closed")]
    public void StandardOutput_ThatCannotBeWritten_IsToldInOneLine(string streams, int exitCode, string told)
    {
        using var folder = new TemporaryFolder();

        CommandProcess run = CommandProcess.Run(folder.Path, $"nativecnn devices {streams}");

        Assert.Equal(exitCode, run.ExitCode);
        Assert.StartsWith($"error: {told}", Assert.Single(run.Complaints), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(1, "config.json")]
    [InlineData(64, "model.safetensors")]
    [InlineData(1024, "checkpoint.safetensors")]
    public void Train_WhoseFilesMayNotBecomeSoLarge_SaysWhichAndGoesOnLater(int kibibytes, string file)
    {
        using var folder = new TemporaryFolder();

        // POSIX counts blocks of 512 bytes; bash as sh does too.
        CommandProcess run = CommandProcess.Run(folder.Path, $"ulimit -f {2 * kibibytes}\n{Train}");

        Assert.True(run.ExitCode == ExitCodes.Failed, $"exit code {run.ExitCode}: {run.Error}");
        string complaint = Assert.Single(run.Complaints);
        Assert.Contains($"{file}': no file may become so large here (ulimit -f); ", complaint, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories));
        Assert.Equal(0, CommandProcess.Run(folder.Path, Train).ExitCode);
        Assert.Equal(reference.Model, File.ReadAllBytes(folder["run/model.safetensors"]));
    }

    [SkippableFact]
    public void Train_WithTooLittleAddressSpaceForItsThreads_SaysThatMemoryIsOut()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "ulimit -v is Linux's");
        using var folder = new TemporaryFolder();
        foreach (int mebibytes in (int[])[1800, 2200, 3000, 4000])
        {
            CommandProcess run = CommandProcess.Run(folder.Path, $"ulimit -v {1024 * mebibytes}\n{Train} --force");

            // Below some 2 GiB the runtime does not start, and says so itself.
            if (run.ExitCode == ExitCodes.Failed)
            {
                Assert.StartsWith("error: out of memory: ", Assert.Single(run.Complaints), StringComparison.Ordinal);
            }
            else
            {
                Assert.DoesNotContain("unexpected", run.Error, StringComparison.Ordinal);
            }
        }
    }

    [SkippableTheory]
    [InlineData("LC_ALL", "tr_TR.UTF-8")]
    [InlineData("LC_ALL", "fa_IR.UTF-8")]
    [InlineData("LC_ALL", "de_DE.UTF-8")]
    [InlineData("LC_ALL", "C")]
    [InlineData("HOME", null)]
    [InlineData("HOME", "")]
    [InlineData("HOME", "/proc")]
    [InlineData("TERM", null)]
    [InlineData("PATH", "/nonexistent")]
    public void Train_InAnotherEnvironment_GivesTheSameModelAndTheSameText(string variable, string? value)
    {
        using var folder = new TemporaryFolder();

        CommandProcess run = CommandProcess.Run(
            folder.Path, Train + " --learning-rate 0.001", (variable, value), ("NATIVECNN_CACHE", null));

        Assert.Equal((0, ""), (run.ExitCode, string.Concat(run.Complaints)));
        Assert.Equal(reference.Model, File.ReadAllBytes(folder["run/model.safetensors"]));
        Assert.Equal(
            reference.MetricsWithoutSeconds, Reference.WithoutSeconds(File.ReadAllLines(folder["run/metrics.jsonl"])));
    }

    [SkippableFact]
    public void Train_OnOneCore_GivesTheSameModel()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && File.Exists("/usr/bin/taskset"), "taskset is Linux's");
        using var folder = new TemporaryFolder();

        CommandProcess run = CommandProcess.Run(
            folder.Path,
            "taskset -cp 0 $$ >/dev/null\n" + Train.Replace("--workers 1", "--workers 0", StringComparison.Ordinal));

        Assert.Equal((0, ""), (run.ExitCode, string.Concat(run.Complaints)));
        Assert.Equal(reference.Model, File.ReadAllBytes(folder["run/model.safetensors"]));
    }

    [SkippableTheory]
    [InlineData("train --clips-per-class 4 --output {0}/run")]
    [InlineData("train --data {0}")]
    [InlineData("train --resume {0}")]
    [InlineData("train --model {0}.json")]
    [InlineData("train --features {0}.json")]
    [InlineData("evaluate {0} --data {0}")]
    [InlineData("predict {0} x.wav")]
    [InlineData("features {0}/x.wav")]
    [InlineData("data describe {0}")]
    public void Path_OfMoreThan4096Characters_IsRefusedInOneLine(string command)
    {
        Skip.If(OperatingSystem.IsWindows(), "longer paths are allowed there");
        string path = Path.GetTempPath() + string.Join('/', Enumerable.Repeat(new string('d', 200), 22));

        CliRun run = CliRun.Of([.. command.Split(' ').Select(part => part.Replace("{0}", path, StringComparison.Ordinal))]);

        Assert.Equal(ExitCodes.BadInput, run.ExitCode);
        Assert.DoesNotContain("unexpected", Assert.Single(run.Error), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Train_IntoAFolderOf3800Characters_IsARunLikeAnyOther()
    {
        Skip.If(OperatingSystem.IsWindows(), "a path has 260 characters there, unless the system allows more");
        using var folder = new TemporaryFolder();
        string run = folder["run"];
        while (run.Length < 3800)
        {
            run = Path.Combine(run, new string('d', 100));
        }

        CliRun.Of(
            "train", "--clips-per-class", "4", "--clip-seconds", "0.3", "--epochs", "2", "--seed", "1", "--device", "cpu",
            "--workers", "1", "--output", run).Succeeded();

        Assert.Equal(reference.Model, File.ReadAllBytes(Path.Combine(run, "model.safetensors")));
    }

    /// <summary>Classes and files in the scripts of the world, and what would be an option, a pattern or a sum.</summary>
    [Fact]
    public void Names_InAnyScript_ComeBackAsTheyAre()
    {
        string[] labels =
            ["日本語", "العربية", "हिन्दी", "ελληνικά", "İıŞş", "-x", "a b", "=1+1", "%s", "$HOME", "'quoted'", "😀", "ﬀ"];
        using SoundFolder sounds = SoundFolder.OfClasses(0, 0);
        foreach (string label in labels)
        {
            Directory.CreateDirectory(sounds[label]);
            for (int i = 0; i < 3; i++)
            {
                sounds.Write($"{label}/{label} {i}.wav", 0, i);
            }
        }

        CliRun run = CliRun.Of(
            "train", "--data", sounds.Path, "--epochs", "1", "--device", "cpu", "--no-cache", "--output", sounds[".run"])
            .Succeeded();
        CliRun predicted = CliRun.Of(
            ["predict", sounds[".run"], "--json", .. labels.Select(label => sounds[$"{label}/{label} 1.wav"])]).Succeeded();

        Assert.DoesNotContain(run.Error, line => line.Contains("could not", StringComparison.Ordinal));
        string[] known = [.. RunConfig.Load(Path.Combine(sounds[".run"], "config.json")).Labels];
        Assert.Equal(labels.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
        Assert.Equal(
            labels.Select(label => sounds[$"{label}/{label} 1.wav"]),
            predicted.Json.Select(line => line.GetProperty("file").GetString()));
    }

    /// <summary>The run that nothing odd happens to.</summary>
    public sealed class Reference : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public Reference()
        {
            CliRun.Of(
                "train", "--clips-per-class", "4", "--clip-seconds", "0.3", "--epochs", "2", "--seed", "1", "--device",
                "cpu", "--workers", "1", "--output", folder["run"]).Succeeded();
            Model = File.ReadAllBytes(folder["run/model.safetensors"]);
            MetricsWithoutSeconds = WithoutSeconds(File.ReadAllLines(folder["run/metrics.jsonl"]));
        }

        public byte[] Model { get; }

        public string[] MetricsWithoutSeconds { get; }

        public static string[] WithoutSeconds(string[] lines) =>
            [.. lines.Select(line => line[..line.IndexOf("\"seconds\"", StringComparison.Ordinal)])];

        public void Dispose() => folder.Dispose();
    }
}
