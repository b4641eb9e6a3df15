// What the readers refuse, the command line tells in one line and with exit code 2; nothing of a file is "unexpected".
using NativeCnn.Cli.Errors;
using NativeCnn.Features.Audio;
using NativeCnn.Model.Formats;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Fuzz;

public sealed class CliFuzzTests : IDisposable
{
    private const int Sample = 25;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("features", "x.wav")]
    [InlineData("data describe", "list.csv")]
    [InlineData("data describe", "list.jsonl")]
    [InlineData("features diff sound.wav --reference", "x.npy")]
    public void DamagedFile_IsRefusedInALineWithExitCode2(string command, string name)
    {
        folder.Touch("a.wav", "b.wav");
        File.WriteAllBytes(folder["sound.wav"], WavWriter.EncodePcm16(new float[800], 8000));
        NpyFile.Write<float>(folder["seed.npy"], new float[40], 4, 10);
        byte[] seed = name switch
        {
            "x.wav" => WavWriter.EncodePcm16(new float[200], 8000),
            "list.csv" => "path,label\na.wav,yes\nb.wav,no\n"u8.ToArray(),
            "list.jsonl" => "{\"path\":\"a.wav\",\"label\":\"yes\"}\n{\"path\":\"b.wav\",\"label\":\"no\"}\n"u8.ToArray(),
            _ => File.ReadAllBytes(folder["seed.npy"]),
        };
        var inputs = new ReaderFuzz(name, [seed], _ => { }) { IsText = name.StartsWith('l') };
        int refused = 0;
        for (int number = 0; number < Sample; number++)
        {
            File.WriteAllBytes(folder[name], inputs.InputOf(number));

            CliRun run = CliRun.Of(
                [.. command.Split(' ').Select(word => word == "sound.wav" ? folder[word] : word), folder[name]]);

            string said = string.Join('\n', run.Error);
            Assert.DoesNotContain("unexpected", said, StringComparison.Ordinal);
            Assert.True(run.ExitCode is ExitCodes.Done or ExitCodes.BadInput or ExitCodes.Differs, said);
            if (run.ExitCode == ExitCodes.BadInput)
            {
                refused++;
                Assert.StartsWith("error: ", Assert.Single(run.Error), StringComparison.Ordinal);
            }
        }

        Assert.InRange(refused, 1, Sample);
    }

    [Fact]
    public void ZeroCharacter_InAnArgument_IsRefused() =>
        CliRun.Of("features", folder["a\0b.wav"]).FailedNaming("a zero character");
}
