// Training that diverges stops, says where and what to change, and leaves no file with numbers that are not finite.

using NativeCnn.Cli.Errors;
using NativeCnn.Model.Formats;
using NativeCnn.Tests.Model;

namespace NativeCnn.Tests.Cli;

public sealed class DivergedTests
{
    [Theory]
    [InlineData("cpu")]
    [InlineData("ptx")]
    public void Train_ThatDiverges_StopsWithEpochStepAndARateAndWritesNothingNonFinite(string device)
    {
        using SoundFolder sounds = SoundFolder.OfClasses(3, 10);
        string run = sounds["run"];

        CliRun train = CliRun.Of(
            "train", "--data", sounds.Path, "--model", "tiny", "--optimizer", "sgd", "--learning-rate", "100",
            "--momentum", "0.99", "--batch-size", "2", "--epochs", "60", "--seed", "1", "--device", device,
            "--no-cache", "--output", run, "--sample-rate", "2000");

        Assert.Equal(ExitCodes.Failed, train.ExitCode);
        string line = train.Error[^1];
        Assert.Matches(
            "^error: training diverged: the (loss of step [0-9]+ in epoch [0-9]+ is not|validation loss of epoch "
            + "[0-9]+ is not|(weights|running statistics|optimiser's moments) after epoch [0-9]+ are not all) finite; "
            + @"lower the learning rate of 100 \(--learning-rate 0\.01\)", line);
        string step = Path.Combine(run, "diverged.safetensors");
        string origin = Assert.Single(train.Error[..^1]);
        Assert.Matches(
            @"^warning: the first number that is not finite is of step [0-9]+ of epoch [0-9]+, [a-z0-9_. ]+\[[0-9,]+\] is "
            + "(NaN|-?Infinity): .+; the step is in '", origin);
        Assert.EndsWith($"nativecnn step --replay {step}", origin, StringComparison.Ordinal);
        if (device == "cpu")
        {
            string[] replay = CliRun.Of("step", "--replay", step, "--device", device).Succeeded().Output;
            Assert.Contains(replay, line => line.StartsWith("0 of ", StringComparison.Ordinal));
            Assert.Contains(replay[^1].Split("finite: ")[1], origin, StringComparison.Ordinal);
        }

        foreach (string file in Directory.GetFiles(run, "*.safetensors", SearchOption.AllDirectories).Except([step]))
        {
            Assert.All(
                SafeTensors.Read(file).Tensors.Where(one => one.Value.Type == SafeTensorType.F32),
                one => Assert.All(one.Value.AsFloat32().ToArray(), value => Assert.True(float.IsFinite(value))));
        }
    }

    [Fact]
    public void PredictAndEvaluate_OfWeightsThatAreNotFinite_RefuseThem()
    {
        using var trained = new TrainedRun();
        string path = Path.Combine(trained.Path, "model.safetensors");
        using SoundFolder sounds = SoundFolder.OfClasses(2, 2);
        string sound = sounds.Write("one.wav", 0, 0);
        byte[] whole = File.ReadAllBytes(path);
        BitConverter.TryWriteBytes(whole.AsSpan(whole.Length - 4), float.NaN);
        File.WriteAllBytes(path, whole);

        CliRun.Of("predict", trained.Path, sound, "--device", "cpu").FailedNaming("not finite");
        CliRun.Of("evaluate", trained.Path, "--data", sounds.Path, "--device", "cpu").FailedNaming("not finite");
    }
}
