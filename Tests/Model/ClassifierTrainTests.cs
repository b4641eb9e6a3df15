using NativeCnn.Engine.Devices;
using NativeCnn.Features.Options;
using NativeCnn.Model;
using NativeCnn.Model.Data;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

/// <summary><see cref="Classifier.Train"/> and <see cref="Classifier.Save"/>.</summary>
public sealed class ClassifierTrainTests
{
    [Theory]
    [InlineData("article")]
    [InlineData("deep")]
    public void Train_FromCSharp_LeavesTheRunOfTheCommandLine(string model)
    {
        using var sounds = SoundFolder.OfClasses(classes: 3, clips: 8);
        using var folder = new TemporaryFolder();

        using (Classifier.Train(sounds.Path, folder["library"], model, "cpu", epochs: 2))
        {
            CliRun.Of(
                "train", "--data", sounds.Path, "--model", model, "--device", "cpu", "--epochs", "2", "--output",
                folder["cli"]).Succeeded();
        }

        foreach (string file in (string[])["config.json", "model.safetensors"])
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(folder["cli"], file)),
                File.ReadAllBytes(Path.Combine(folder["library"], file)));
        }
    }

    [Fact]
    public void Train_WithoutAnOutput_LeavesNothingUntilItIsSaved()
    {
        using var sounds = SoundFolder.OfClasses(classes: 2, clips: 6);
        using var folder = new TemporaryFolder();
        float[] sound = Randoms.Normal(3000, 1, 0.1);
        var observer = new Epochs();

        using Classifier trained = Classifier.Train(
            sounds.Path, device: "cpu", training: new TrainingOptions { Epochs = 2, Seed = 3 }, sampleRate: 4000,
            clipSeconds: 0.3, observer: observer);
        trained.Save(folder["saved"]);
        using Classifier loaded = Classifier.Load(folder["saved"], "cpu");

        Assert.Equal([1, 2], observer.Done);
        Assert.Equal(trained.Predict(sound, 8000).Ranked, loaded.Predict(sound, 8000).Ranked);
        var config = RunConfig.Load(Path.Combine(folder["saved"], "config.json"));
        Assert.Equal((4000, 1200, 3), (config.Features.SampleRate, config.ClipSamples, (int)config.Training.Seed));
        Assert.False(RunFolder.HasCheckpoint(folder["saved"]));
    }

    [Fact]
    public void Train_OnWhatCannotBeTrainedOn_SaysSoInOneLine()
    {
        using var sounds = SoundFolder.OfClasses(classes: 2, clips: 4);
        using var folder = new TemporaryFolder();
        folder.Text("there.txt", "something");

        Says<DataSetException>("There is no folder", () => Classifier.Train(folder["nowhere"]));
        Says<NetworkSpecException>(
            "there is no network 'articel'", () => Classifier.Train(sounds.Path, model: "articel"));
        Says<FeatureOptionsException>("there are no features", () => Classifier.Train(sounds.Path, features: "mfc"));
        Says<DeviceException>("there is no device", () => Classifier.Train(sounds.Path, device: "abacus"));
        Says<ArgumentException>("the epochs must be at least 1", () => Classifier.Train(sounds.Path, epochs: 0));
        Says<RunException>("is not empty: give another output", () => Classifier.Train(sounds.Path, folder.Path));
        Says<DataSetException>(
            "raise clipSeconds", () => Classifier.Train(sounds.Path, features: "kaldi", clipSeconds: 0.01));
        Says<DataSetException>(
            "lower clipSeconds or sampleRate", () => Classifier.Train(sounds.Path, clipSeconds: 100_000));
        CliRun.Of("train", "--data", sounds.Path, "--features", "kaldi", "--clip-seconds", "0.01")
            .FailedNaming("raise --clip-seconds");

        static void Says<T>(string what, Func<Classifier> train) where T : Exception
        {
            string message = Assert.Throws<T>(train).Message;
            Assert.Contains(what, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    private sealed class Epochs : ITrainingObserver
    {
        public List<int> Done { get; } = [];

        public void EpochDone(EpochMetrics metrics, bool isBest) => Done.Add(metrics.Epoch);
    }
}
