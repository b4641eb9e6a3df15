using System.Globalization;
using NativeCnn.Tests.Cli;

namespace NativeCnn.Tests.Examples;

/// <summary>Each example runs as a user would run it, and prints what its head promises.</summary>
public sealed class ExamplesTests
{
    [Fact]
    public void TrainSaveLoadPredict_TellsTheClassesApart()
    {
        using var sounds = SoundFolder.OfClasses(classes: 3, clips: 20);
        string unheard = sounds.Write("unheard.wav", label: 1, example: 500);
        File.Move(unheard, unheard = Path.Combine(Path.GetTempPath(), $"nativecnn-{Guid.NewGuid():N}.wav"));
        string folder = sounds["../" + Guid.NewGuid().ToString("N")];
        try
        {
            string[] lines = Output(output => TrainSaveLoadPredict.Run(sounds.Path, unheard, folder, output));

            string[] labels = lines[0]["classes: ".Length..].Split(", ");
            (string Label, double Probability)[] ranked =
                [.. lines.Skip(1).Select(line => (line.Split(':')[0], Number(line)))];
            Assert.Equal(3, labels.Length);
            Assert.Equal(labels.Order(), ranked.Select(one => one.Label).Order());
            Assert.Equal(NativeCnn.Features.Synthesis.SoundSynthesizer.Classes[1], ranked[0].Label);
            Assert.InRange(ranked[0].Probability, 0.5, 1);
            Assert.InRange(ranked.Sum(one => one.Probability), 0.998, 1.002);
            Assert.True(File.Exists(Path.Combine(folder, "model.safetensors")));
        }
        finally
        {
            File.Delete(unheard);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ConvolutionStepByStep_PrintsTheNumbersOfPaperAndPencil() => Assert.Equal(
        [
            "y       = 2 -2 -6 -10",
            "dX      = 1 2 2 2 -3 -4",
            "dWeight = 100 170 260",
            "dBias   = 10",
        ],
        Output(ConvolutionStepByStep.Run));

    [Fact]
    public void KernelOfOnesOwn_GivesTheSameOnEveryDevice() => Assert.Equal(
        [
            "kernel KernelOfOnesOwn.ScaleAndAdd has no host body: device cpu runs its portable kernel, slowly",
            "cpu: 100.5 101 101.5 102 102.5",
            "simulator: 100.5 101 101.5 102 102.5",
        ],
        Output(KernelOfOnesOwn.Run));

    [Fact]
    public void LayerOfOnesOwn_ComputesItsOutputAndItsGradient() => Assert.Equal(
        ["y = 1 -1 3 -2 5 -3", "gradient of prelu1.slope = -2 -10"], Output(LayerOfOnesOwn.Run));

    [Fact]
    public void OptimizerOfOnesOwn_TakesItsPlaceAmongTheOthers()
    {
        string[] lines = Output(OptimizerOfOnesOwn.Run);
        Assert.Contains("sign_descent", lines[0].Split(", "));
        Assert.Equal("parameters = 0.75 2 3.25", lines[1]);
    }

    [Fact]
    public void TrainingLoopByHand_BringsTheLossDown()
    {
        double[] losses = [.. Output(TrainingLoopByHand.Run).Select(Number)];

        Assert.Equal(4, losses.Length);
        Assert.InRange(losses[0], 1, 3);
        Assert.InRange(losses[^1], 0, 0.5);
        Assert.True(losses[^1] < losses[1], string.Join(", ", losses));
    }

    private static string[] Output(Action<TextWriter> example)
    {
        using var output = new StringWriter();
        example(output);
        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The last word of a line.</summary>
    private static double Number(string line) => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
}
