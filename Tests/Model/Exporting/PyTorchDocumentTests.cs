// docs/export-pytorch.md says only what works: its commands are run in their order in an empty folder, and its Python
// where there is PyTorch; else the weights come back as they went.
using NativeCnn.Features.Audio;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model.Exporting;

public sealed class PyTorchDocumentTests : IDisposable
{
    private const string Exported = "runs/sounds/export/pytorch/";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void EveryCommand_InItsOrder_Runs() => RunAll(
        () => File.Copy(folder[Exported + "model.safetensors"], folder[Exported + "tuned.safetensors"]));

    private void RunAll(Action tune)
    {
        WavWriter.WritePcm16(folder["seven.wav"], UntrainedModel.OddWaveforms(2000, 8000)[3], 8000);
        string[] commands = Blocks("sh");
        Assert.True(commands.Length >= 6);
        foreach (string command in commands)
        {
            if (command.Contains(" import ", StringComparison.Ordinal))
            {
                tune();
            }

            string[] words =
            [
                .. command.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Select(
                    word => word.Contains('/') || word == "seven.wav" ? folder[word] : word),
            ];
            CliRun.Of(words[0] is "train" or "predict" ? [.. words, "--device", "cpu"] : words).Succeeded();
        }

        Assert.True(File.Exists(folder["hub/sounds/README.md"]) && File.Exists(folder["runs/again/model.safetensors"]));
    }

    /// <summary>The lines of the page's blocks of a language.</summary>
    private static string[] Blocks(string language)
    {
        string[] lines = DocumentPage.Open("export-pytorch.md").Lines;
        List<string> found = [];
        bool isIn = false;
        foreach (string line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isIn = !isIn && line == $"```{language}";
            }
            else if (isIn)
            {
                found.Add(line);
            }
        }

        return [.. found];
    }

    /// <summary>The same with PyTorch, by .ci/pytorch.sh.</summary>
    [SkippableFact]
    public void PyTorchLaws_EveryCommandWithThePythonBetween_Runs()
    {
        PyTorch.Required();
        RunAll(() => PyTorch.Run(folder[Exported], string.Join('\n', Blocks("python"))));
        Assert.NotEqual(
            File.ReadAllBytes(folder["runs/sounds/model.safetensors"]),
            File.ReadAllBytes(folder["runs/tuned/model.safetensors"]));
    }
}
