using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Examples;

namespace NativeCnn.Tests.Model;

/// <summary>
/// An optimiser that is no part of the library: <see cref="SignDescentOptions"/>. Nothing but its own file names it.
/// </summary>
public sealed class OwnOptimizerTests
{
    public OwnOptimizerTests() => OptimizerTypes.Register<SignDescentOptions>();

    [Fact]
    public void OwnOptimizer_AtTheCommandLine_TrainsAndResumesThroughItsJson()
    {
        using var folder = new TemporaryFolder();
        string[] train =
        [
            "train", "--clips-per-class", "2", "--clip-seconds", "0.25", "--device", "cpu", "--batch-size", "8",
        ];
        string[] own = ["--optimizer", "sign_descent", "--momentum", "0.5", "--learning-rate", "0.0001"];
        CliRun.Of([.. train, .. own, "--epochs", "2", "--output", folder["straight"]]).Succeeded();
        CliRun.Of([.. train, .. own, "--epochs", "1", "--output", folder["resumed"]]).Succeeded();
        CliRun.Of("train", "--resume", folder["resumed"], "--epochs", "2").Succeeded();
        CliRun.Of([.. train, "--epochs", "2", "--output", folder["adam"]]).Succeeded();

        Assert.Equal(
            new SignDescentOptions { Momentum = 0.5f },
            RunConfig.Load(Path.Combine(folder["resumed"], "config.json")).Training.Optimizer);
        Assert.Equal(Weights("straight"), Weights("resumed"));
        Assert.NotEqual(Weights("straight"), Weights("adam"));

        byte[] Weights(string run) =>
            File.ReadAllBytes(Path.Combine(folder[run], "checkpoint", "checkpoint.safetensors"));
    }

    [Fact]
    public void OwnOptimizer_InHelpAndErrors_StandsAmongTheOthers()
    {
        string help = CliRun.HelpOf("train");

        Assert.Contains("sign_descent: steps of the same length in every parameter", help, StringComparison.Ordinal);
        CliRun.Of("train", "--optimizer", "sign_decent").FailedNaming("did you mean 'sign_descent'?");
        CliRun.Of("train", "--optimizer", "sign_descent", "--nesterov").FailedNaming("has no nesterov");
    }

    [Fact]
    public void OwnOptimizer_GivenToAClassifier_Trains()
    {
        using var sounds = SoundFolder.OfClasses(classes: 2, clips: 8);
        using var folder = new TemporaryFolder();
        using Classifier classifier = Classifier.Train(
            sounds.Path, folder["run"], device: "cpu",
            training: new TrainingOptions { Epochs = 1, Optimizer = new SignDescentOptions(), LearningRate = 1e-4f });

        Assert.Equal(
            new SignDescentOptions(),
            RunConfig.Load(Path.Combine(folder["run"], "config.json")).Training.Optimizer);
    }

    [Fact]
    public void OwnOptimizer_ThatIsNotRegistered_IsToldSoBeforeItTrains()
    {
        using var sounds = SoundFolder.OfClasses(classes: 2, clips: 8);

        string message = Assert.Throws<ArgumentException>(() => Classifier.Train(
            sounds.Path, device: "cpu", training: new TrainingOptions { Optimizer = new Unregistered() })).Message;

        Assert.Equal(
            "the optimiser Unregistered is not registered, so that its run could not be loaded again: call " +
            "OptimizerTypes.Register<Unregistered>() before", message);
    }

    [Fact]
    public void OwnOptimizer_WithoutANameOrUnderOneThatIsTaken_IsRefused()
    {
        OptimizerTypes.Register<SignDescentOptions>(); // Again: nothing changes.

        Assert.Equal(
            "the optimiser Nameless has no name for run folders: put [OptimizerType(\"its_name\", \"what it is\")] " +
            "on it",
            Assert.Throws<ArgumentException>(OptimizerTypes.Register<Nameless>).Message);
        Assert.Equal(
            "an optimiser of type 'adam' is there already (AdamOptions): give AnotherAdam another name",
            Assert.Throws<ArgumentException>(OptimizerTypes.Register<AnotherAdam>).Message);
        Assert.Equal(typeof(AdamOptions), OptimizerTypes.All["adam"]);
    }

    internal abstract record NoOptimizer : OptimizerOptions
    {
        public override void Validate()
        {
        }

        public override IOptimizer Create(
            ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress) =>
            new SignDescent(device, values, gradients, progress, new SignDescentOptions());
    }

    [OptimizerType("unregistered", "an optimiser that nobody registers")]
    internal sealed record Unregistered : NoOptimizer;

    internal sealed record Nameless : NoOptimizer;

    [OptimizerType("adam", "another Adam")]
    internal sealed record AnotherAdam : NoOptimizer;
}
