using NativeCnn.Engine.Devices;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Formats;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

/// <summary>A step in a file is the step that training does, and doing it again finds what differs.</summary>
public sealed class StepCapsuleTests : IDisposable
{
    private const string Network =
        """
        {"name": "mine", "layers": [
          {"type": "conv1d", "filters": 8, "taps": 4, "bias": false}, {"type": "batch_norm1d"}, {"type": "relu"},
          {"type": "max_pool1d", "window": 2, "stride": 2},
          {"type": "conv1d", "filters": 8, "taps": 3, "padding": "same"}, {"type": "relu"}, {"type": "global_mean_max_pool"}, {"type": "dropout", "rate": 0.3}, {"type": "dense"}]}
        """;

    private readonly TemporaryFolder folder = new();
    private readonly SoundFolder sounds = SoundFolder.OfClasses(classes: 3, clips: 8);

    public void Dispose()
    {
        sounds.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Step_Captured_IsTheStepThatTrainingDoesNext()
    {
        string run = Train(epochs: 1);
        StepCapsule capsule = Capture(run);

        // All clips are in one mini-batch, so an epoch is a step.
        CliRun.Of("train", "--resume", run, "--epochs", "2", "--device", "cpu", "--no-cache").Succeeded();
        StepCapsule next = Capture(run);

        Assert.Equal(capsule.Setting.Step + 1, next.Setting.Step);
        Dictionary<string, float[]> computed = capsule.Computed.ToDictionary(one => one.Name, one => one.Values);
        string[] kept = [.. next.Given.Keys.Except(["input", "targets"])];
        Assert.Contains("optimizer.exp_avg", kept);
        Assert.Contains("norm1.running_mean", kept);
        Assert.All(kept, name => Assert.Equal(next.Given[name].AsFloat32().ToArray(), computed[$"new {name}"]));
    }

    /// <summary>A step of the past is trained again from the beginning, a later one from the checkpoint.</summary>
    [Fact]
    public void Step_ByItsNumber_IsTheStepThatTrainingDid()
    {
        string run = Train(epochs: 2, "--batch-size", "7", "--augment", "noise,mixup");
        (Dictionary<string, float[]> after, int steps) = Kept(run);

        StepCapsule last = Capture(run, "--step", $"{steps}");
        StepCapsule first = Capture(run, "--step", "1");

        Assert.Equal((steps, 1), (last.Setting.Step, first.Setting.Step));
        Assert.Contains("mixed_targets", last.Given.Keys);
        AssertMakes(last, after);

        CliRun.Of("train", "--resume", run, "--epochs", "3", "--device", "cpu", "--no-cache").Succeeded();
        (after, steps) = Kept(run);
        AssertMakes(Capture(run, "--step", $"{steps}"), after);
        CliRun.Of("step", run, "--capture", folder["x"], "--step", $"{steps + 1}", "--device", "cpu", "--no-cache")
            .FailedNaming($"{steps} steps");

        static void AssertMakes(StepCapsule capsule, Dictionary<string, float[]> after)
        {
            Dictionary<string, float[]> computed = capsule.Computed.ToDictionary(one => one.Name, one => one.Values);
            Assert.Contains("optimizer.exp_avg", after.Keys);
            Assert.All(after, one => Assert.Equal(one.Value, computed[$"new {one.Key}"]));
        }

        (Dictionary<string, float[]>, int) Kept(string path)
        {
            StepCapsule next = Capture(path);
            return (
                next.Given.Where(one => one.Key is not ("input" or "targets")).ToDictionary(
                    one => one.Key, one => one.Value.AsFloat32().ToArray()),
                (int)next.Setting.Step - 1);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Step_DoneAgainOnItsDevice_IsTheSame(bool fused)
    {
        StepCapsule capsule = Capture(Train(epochs: 1));
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);

        var replay = StepReplay.Of(device, capsule, fused, allowed: fused ? 0 : 100);

        Assert.Null(replay.First);
        Assert.True(replay.Tensors.Count > 20, $"{replay.Tensors.Count} tensors");
        Assert.Equal(fused, replay.Uncompared.Count == 0);
    }

    [Fact]
    public void Step_OfAnotherDevice_DiffersByRounding()
    {
        StepCapsule capsule = Capture(Train(epochs: 1));
        using ComputeDevice device = DeviceCatalog.Open("ptx");

        var replay = StepReplay.Of(device, capsule, fused: false);

        StepDifference first = Assert.IsType<StepDifference>(replay.First);
        Assert.StartsWith("output of ", first.Tensor, StringComparison.Ordinal);
        StepDifference loss = replay.Tensors.Single(one => one.Tensor == "loss");
        Assert.InRange(loss.Ulps, 0, 20);
    }

    /// <summary>Where one number is another, what is computed from it first differs first.</summary>
    [Theory]
    [InlineData("conv2.weight", "output of relu2")]
    [InlineData("dense1.bias", "output of dense1")]
    [InlineData("optimizer.exp_avg", "new conv1.weight")]
    public void Step_WithAnotherNumber_DiffersFirstWhereItIsUsed(string changed, string first)
    {
        StepCapsule capsule = Capture(Train(epochs: 1));
        float[] values = capsule.Given[changed].AsFloat32().ToArray();
        values[0] += 1;
        var other = new Dictionary<string, SafeTensor>(capsule.Given)
        {
            [changed] = SafeTensor.From<float>(values, capsule.Given[changed].Shape),
        };
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 2);

        var replay = StepReplay.Of(device, capsule with { Given = other }, fused: true);

        Assert.Equal(first, Assert.IsType<StepDifference>(replay.First).Tensor);
    }

    [Fact]
    public void Capsule_SavedAndLoaded_IsTheSame()
    {
        StepCapsule capsule = Capture(Train(epochs: 1));
        string file = folder["again.safetensors"];

        capsule.Save(file);
        var read = StepCapsule.Load(file);

        Assert.Equal(capsule.Setting.Network, read.Setting.Network);
        Assert.Equal(capsule.Setting.Training, read.Setting.Training);
        Assert.Equal(capsule.Computed.Select(one => one.Name), read.Computed.Select(one => one.Name));
        Assert.Equal(capsule.Computed.SelectMany(one => one.Values), read.Computed.SelectMany(one => one.Values));
        Assert.Equal(capsule.Given.Keys.Order(), read.Given.Keys.Order());
    }

    [Fact]
    public void Replay_OfAnotherFile_IsRefused()
    {
        string run = Train(epochs: 1);

        CliRun.Of("step", "--replay", Path.Combine(run, "model.safetensors")).FailedNaming("no training step");
        CliRun.Of("step", run).FailedNaming("--capture");
    }

    [Theory]
    [InlineData(1f, 1f, 0)]
    [InlineData(1f, 1.0000001f, 1)]
    [InlineData(-0f, 0f, 0)]
    [InlineData(-1e-45f, 1e-45f, 2)]
    [InlineData(float.NaN, float.NaN, 0)]
    [InlineData(1f, float.NaN, long.MaxValue)]
    public void Difference_OfTwoFloats_IsInUnitsOfTheLastPlace(float captured, float replayed, long ulps) =>
        Assert.Equal(ulps, StepDifference.Of(
            new StepTensor("x", [1], [captured]), new StepTensor("x", [1], [replayed]), allowed: 0).Ulps);

    private string Train(int epochs, params string[] more)
    {
        string run = folder["run"];
        string[] all =
        [
            "train", "--data", sounds.Path, "--output", run, "--model", folder.Text("network.json", Network),
            "--epochs", $"{epochs}", "--device", "cpu", "--no-cache", .. more,
        ];
        CliRun.Of(more.Length > 0 ? all : [.. all, "--batch-size", "64"]).Succeeded();
        return run;
    }

    private StepCapsule Capture(string run, params string[] more)
    {
        string file = folder["step.safetensors"];
        CliRun.Of(["step", run, "--capture", file, "--device", "cpu", "--no-cache", .. more]).Succeeded();
        return StepCapsule.Load(file);
    }
}
