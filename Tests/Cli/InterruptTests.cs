// The first Ctrl-C ends the program, whatever it is at: soon, with exit code 130, and with nothing half written.
using NativeCnn.Cli;
using NativeCnn.Cli.Errors;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

[Collection(Alone.Name)]
[Trait(Slow.Category, Slow.Name)]
public sealed class InterruptTests : IDisposable
{
    // The program's own patience is 1.5 s; a machine that is busy with other tests is slower.
    private const double Seconds = 6;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData("computes features")]
    [InlineData("trains")]
    [InlineData("measures a step")]
    [InlineData("measures a product")]
    [InlineData("downloads")]
    public void FirstInterrupt_WhateverIsBeingDone_EndsSoonWithNothingHalfWritten(string phase)
    {
        Skip.IfNot(ProcessRun.IsPossible, "needs signals and a dotnet to start the program with");
        using var server = new LoopbackServer((_, _) => new WebReply(200, new byte[100_000]) { SendOnly = 70_000, Hang = true });
        string run = folder["run"];
        string cache = folder["cache"];
        (string[] arguments, Func<string, bool> isBusy) = phase switch
        {
            "computes features" => (
                new[] { "train", "--data", Sounds(6000), "--device", "cpu", "--output", run, "--cache", cache },
                (Func<string, bool>)(_ => Directory.Exists(cache))),
            "trains" => (
                ["train", "--device", "cpu", "--epochs", "100000", "--output", run],
                said => said.Contains("\n   2 ", StringComparison.Ordinal) || File.Exists(Path.Combine(run, "metrics.jsonl"))),
            "measures a step" => (["bench", "train", "--device", "cpu", "--seconds", "100"], After(2)),
            "measures a product" => (["bench", "gemm", "--device", "cpu", "--seconds", "100"], After(2)),
            _ => (
                ["data", "fetch", "fsdd", "--url", server["x.zip"].ToString(), "--output", folder["fsdd"]],
                (Func<string, bool>)(_ => File.Exists(folder["fsdd.zip.part"]))),
        };

        (ProcessRun ended, TimeSpan took) = ProcessRun.Interrupted(isBusy, arguments);

        Assert.True(ended.ExitCode == ExitCodes.Interrupted, $"exit code {ended.ExitCode}: {ended.Error}");
        Assert.InRange(took.TotalSeconds, 0, Seconds);
        Assert.Contains("error: interrupted", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", ended.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = 0,
        }));
    }

    /// <summary>It is over too soon for a signal that finds it at work.</summary>
    [Fact]
    public void Interrupt_WhileHeadersAreRead_EndsInASentence()
    {
        using var interrupted = new CancellationTokenSource();
        interrupted.Cancel();

        CliRun run = CliRun.Of(
            new StringWriter(), interrupted.Token, "data", "describe", Sounds(4));

        Assert.Equal(ExitCodes.Interrupted, run.ExitCode);
        Assert.Contains(run.Error, line => line.StartsWith("error: interrupted", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void FewOpenFiles_EndInASentence()
    {
        Skip.IfNot(ProcessRun.IsPossible, "needs limits and a dotnet to start the program with");
        ProcessRun run = ProcessRun.Below("ulimit -n 64", "train", "--device", "cpu", "--output", folder["run"]);
        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Matches(@"^error: this process may open 64 files, \d+ are needed: .*`ulimit -n 1024`\n$", run.Error);
        Assert.False(Directory.Exists(folder["run"]));
    }

    [SkippableFact]
    public void EnoughOpenFiles_Train()
    {
        Skip.IfNot(ProcessRun.IsPossible, "needs limits and a dotnet to start the program with");
        int enough = 128 + (4 * Environment.ProcessorCount);
        ProcessRun run = ProcessRun.Below(
            $"ulimit -n {enough}", "train", "--device", "cpu", "--epochs", "1", "--clips-per-class", "20", "--output",
            folder["run"]);
        Assert.True(run.ExitCode == ExitCodes.Done, run.Error);
    }

    [SkippableFact]
    public void LittleMemory_EndsInASentence()
    {
        Skip.IfNot(ProcessRun.IsPossible, "needs limits and a dotnet to start the program with");
        ProcessRun run = ProcessRun.Below(
            "export DOTNET_GCHeapHardLimit=0x4000000", "train", "--device", "cpu", "--epochs", "1", "--output",
            folder["run"], "--clips-per-class", "4000", "--no-cache", "--feature-memory", "host");
        // Refused before it is taken, or found missing where it is.
        Assert.Contains(run.ExitCode, (int[])[ExitCodes.BadInput, ExitCodes.Failed]);
        Assert.Contains("memory", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("error: ", run.Error[(run.Error.TrimEnd().LastIndexOf('\n') + 1)..], StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Max open files            64                   64                   files", 2, "64 files, 136")]
    [InlineData("Max open files            200                  200                  files", 64, "200 files, 384")]
    [InlineData("Max open files            200                  200                  files", 2, null)]
    [InlineData("Max open files            unlimited            unlimited            files", 2, null)]
    [InlineData("Max processes 1", 2, null)]
    public void FewFiles_AreToldByTheSystemsLimits(string line, int cores, string? told)
    {
        string? complaint = FewFiles.Complaint(["Limit", line], cores);
        Assert.Equal(told is null, complaint is null);
        Assert.Contains(told ?? "", complaint ?? "", StringComparison.Ordinal);
    }

    private static Func<string, bool> After(double seconds)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        return _ => clock.Elapsed.TotalSeconds > seconds;
    }

    private string Sounds(int count)
    {
        byte[] sound = NativeCnn.Features.Audio.WavWriter.EncodePcm16(new float[8000], 8000);
        foreach (string label in (string[])["a", "b"])
        {
            Directory.CreateDirectory(folder[$"sounds/{label}"]);
            for (int i = 0; i < count / 2; i++)
            {
                File.WriteAllBytes(folder[$"sounds/{label}/{i}.wav"], sound);
            }
        }

        return folder["sounds"];
    }
}
