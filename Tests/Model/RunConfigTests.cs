using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Cli;

namespace NativeCnn.Tests.Model;

/// <summary>
/// A config.json that is wrong: the error names file, line, field, what may stand there and the nearest name.
/// </summary>
public sealed class RunConfigTests : IDisposable
{
    private const string Right = """
        {
          "labels": ["a", "b"],
          "features": {
            "sample_rate": 8000
          },
          "clip_samples": 2000,
          "model": {
            "name": "mine", "layers": [
              {"type": "flatten"},
              {"type": "dense"}
            ]
          },
          "training": {
            "epochs": 3,
            "augmentation": {"shift": 0.1},
            "schedule": {"kind": "step"},
            "optimizer": {
              "type": "sgd",
              "momentum": 0.5
            }
          },
          "device": "cpu"
        }
        """;

    private const string TrainingFields =
        "epochs, minutes, presentations, patience, best, batch_size, learning_rate, schedule, seed, optimizer, decay_of, " +
        "clip_norm, average_decay, accumulate, shards, layer_rates, label_smoothing, focal_gamma, balance_classes, " +
        "sampling, augmentation, crop_seconds, test_crops, validation_fraction";

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("\"cpu\"", "\"cpu\", \"workrs\": 2",
        "line 22: the run has no field 'workrs': did you mean 'workers'? its fields are format_version, version, " +
        "data, group_by, validation_group, own_split, clips_per_class, path_column, label_column, encoding, " +
        "part_folders, label_separator, labels, keywords, features, clip_samples, model, training, init, device, " +
        "workers, rungs, precision, feature_precision, inspect")]
    [InlineData("\"cpu\"", "\"cpu\", \"labels\": []", "line 22: the run has the field 'labels' twice: leave one out")]
    [InlineData("\"cpu\"", "\"cpu\", \"precision\": \"fp23\"",
        "line 22: precision must be one of fp32, tf32, not \"fp23\": did you mean 'fp32'?")]
    [InlineData("\"cpu\"", "\"cpu\", \"precision\": 1", "line 22: precision must be one of fp32, tf32, not 1")]
    [InlineData("  \"clip_samples\": 2000,\n", "",
        "line 1: the run lacks the field 'clip_samples': it must give labels and features and clip_samples and model " +
        "and training and device")]
    [InlineData("2000", "2e3", "line 6: clip_samples must be a whole number, not 2e3")]
    [InlineData("2000", "3000000000",
        "line 6: clip_samples must be a whole number from -2147483648 to 2147483647, not 3000000000")]
    [InlineData("[\"a\", \"b\"]", "\"a\"", "line 2: labels must be a list of texts, not \"a\"")]
    [InlineData("\"b\"]", "\n2]", "line 3: labels[1] must be a text, not 2")]
    [InlineData("\"b\"]", "]", "line 2, character 19 is no JSON: look for a missing comma, quote or bracket there")]
    [InlineData("8000", "8000, // Hz",
        "line 4, character 26 is no JSON: look for a missing comma, quote or bracket there")]
    [InlineData(Right, "", "line 1, character 1 is no JSON: look for a missing comma, quote or bracket there")]
    [InlineData(Right, "null", "line 1: the run must be an object, not null")]
    public void Config_ThatIsWrong_SaysWhereAndWhatMayStandThere(string right, string wrong, string message) =>
        AssertIs(right, wrong, message);

    [Theory]
    [InlineData("8000", "\"8000\"", "line 4: features.sample_rate must be a whole number, not \"8000\"")]
    [InlineData("8000", "0", "line 4: features.sample_rate: SampleRate is 0: give Hz, at least 1.")]
    [InlineData("8000", "8000,\n\"kind\": \"mfc\"",
        "line 5: features.kind must be one of mfcc, logmel, wavelet_cepstrum, raw, not \"mfc\": did you mean 'mfcc'?")]
    [InlineData("\"flatten\"", "\"flaten\", \"x\": 1", "line 9: model.layers[0].type must be one of ")]
    [InlineData("\"dense\"", "\"dense\", \"outputs\": 2.5",
        "line 10: model.layers[1].outputs must be a whole number, not 2.5")]
    public void Config_WithWrongFeaturesOrNetwork_SaysSo(string right, string wrong, string message) =>
        AssertIs(right, wrong, message);

    [Theory]
    [InlineData("3,", "0,", "line 14: training.epochs: the epochs must be at least 1, not 0")]
    [InlineData("3,", "3, \"batch_size\": 70000,",
        "line 14: training.batch_size: the batch size must be from 1 to 65536, not 70000")]
    [InlineData("3,", "3, \"batchsize\": 32,",
        "line 14: training has no field 'batchsize': did you mean 'batch_size'? its fields are " + TrainingFields)]
    [InlineData("3,", "3, \"momentum\": 0.9,",
        "line 14: training has no field 'momentum'; its fields are " + TrainingFields)]
    [InlineData("0.1}", "-1}",
        "line 15: training.augmentation: the augmentation shift=SECONDS has SECONDS -1: give 0 to 60")]
    [InlineData("0.1}", "0.1, \"noise\": 2}",
        "line 15: training.augmentation.noise must be one of none, white, pink, not 2")]
    public void Config_WithWrongTraining_SaysSo(string right, string wrong, string message) =>
        AssertIs(right, wrong, message);

    /// <summary>A number was once read as the schedule of that place in a list, or of none.</summary>
    [Theory]
    [InlineData("\"one_cycl\"",
        "training.schedule.kind must be one of constant, cosine, one_cycle, exponential, step, plateau, " +
        "cosine_restarts, not \"one_cycl\": did " +
        "you mean 'one_cycle'?")]
    [InlineData("17",
        "training.schedule.kind must be one of constant, cosine, one_cycle, exponential, step, plateau, " +
        "cosine_restarts, not 17")]
    [InlineData("null",
        "training.schedule.kind must be one of constant, cosine, one_cycle, exponential, step, plateau, " +
        "cosine_restarts, not null")]
    [InlineData("\"step\", \"perod\": 3",
        "training.schedule has no field 'perod': did you mean 'period'? its fields are kind, factor, period, warm_up")]
    [InlineData("\"step\", \"period\": 0",
        "training.schedule.period: a schedule's period must be at least 1 epoch, not 0")]
    [InlineData("\"step\", \"factor\": 2",
        "training.schedule.factor: a schedule's factor must be in (0, 1], not 2")]
    public void Config_WithAWrongSchedule_SaysSo(string kind, string message) =>
        AssertIs("\"step\"", kind, $"line 16: {message}");

    /// <summary>A number was once read as the optimiser of that place in a list, or of none.</summary>
    [Theory]
    [InlineData("\"sgd\"", "\"sdg\"",
        "line 18: training.optimizer.type must be one of NAMES, not \"sdg\": did you mean 'sgd'?")]
    [InlineData("\"sgd\"", "\"lion\"", "line 18: training.optimizer.type must be one of NAMES, not \"lion\"")]
    [InlineData("\"sgd\"", "2", "line 18: training.optimizer.type must be one of NAMES, not 2")]
    [InlineData("      \"type\": \"sgd\",\n", "",
        "line 17: training.optimizer lacks the field 'type': it must give one of NAMES")]
    [InlineData("\"momentum\"", "\"momentun\"",
        "line 19: training.optimizer (sgd) has no field 'momentun': did you mean 'momentum'? its fields are " +
        "momentum, dampening, nesterov, weight_decay")]
    [InlineData("0.5", "\"0.5\"", "line 19: training.optimizer.momentum must be a number, not \"0.5\"")]
    [InlineData("0.5", "-1", "line 19: training.optimizer.momentum: momentum is a finite number from 0, not -1")]
    [InlineData("0.5", "0.5, \"weight_decay\": -1",
        "line 19: training.optimizer.weight_decay: weight decay is a finite number from 0, not -1")]
    [InlineData("0.5", "0, \"nesterov\": true",
        "line 17: training.optimizer: Nesterov needs a momentum above 0 and no dampening, not 0 and 0")]
    public void Config_WithAWrongOptimizer_SaysSo(string right, string wrong, string message) => AssertIs(
        right, wrong, message.Replace("NAMES", Names, StringComparison.Ordinal));

    [Theory]
    [InlineData("17",
        "line 2: training.optimizer must be an optimiser, an object such as {\"type\": \"adam\"}, not 17")]
    [InlineData("null",
        "line 2: training.optimizer must be an optimiser, an object such as {\"type\": \"adam\"}, not null")]
    [InlineData("\"adm\"", "line 2: training.optimizer must be one of NAMES, not \"adm\": did you mean 'adam'?")]
    [InlineData("\"sgd\", \"momentum\": -1",
        "line 2: training.momentum: momentum is a finite number from 0, not -1")]
    [InlineData("\"sgd\", \"optimizer\": \"adam\"",
        "line 2: training has the field 'optimizer' twice: leave one out")]
    [InlineData("{\"type\": \"sgd\"}, \"momentum\": 0.9",
        "line 2: training has no field 'momentum'; its fields are " + TrainingFields)]
    public void Config_WithAWrongOptimizerOfAnEarlierVersion_SaysSo(string optimizer, string message)
    {
        string path = folder.Text("config.json", $"{{\"training\": {{\n\"optimizer\": {optimizer}}}}}");

        Assert.Equal(
            $"the run's configuration '{path}', {message.Replace("NAMES", Names, StringComparison.Ordinal)}",
            Assert.Throws<RunException>(() => RunConfig.Load(path)).Message);
    }

    [Fact]
    public void Config_ThatIsRight_IsRead()
    {
        RunConfig config = RunConfig.Load(folder.Text("config.json", Right));

        Assert.Equal(8000, config.Features.SampleRate);
        Assert.Equal(["a", "b"], config.Labels);
        Assert.Equal(3, config.Training.Epochs);
    }

    public void Dispose() => folder.Dispose();

    private static string Names => string.Join(", ", OptimizerTypes.Names);

    private void AssertIs(string right, string wrong, string message)
    {
        Assert.Contains(right, Right, StringComparison.Ordinal);
        string path = folder.Text("config.json", Right.Replace(right, wrong, StringComparison.Ordinal));

        string told = Assert.Throws<RunException>(() => RunConfig.Load(path)).Message;

        message = $"the run's configuration '{path}', {message}";
        Assert.Equal(message, message.EndsWith(' ') ? told[..message.Length] : told);
        CliRun.Of("model", "summary", folder.Path).FailedNaming(message);
    }
}
