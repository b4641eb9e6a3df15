// The class a programmer uses: train on sounds or load a run, give it a sound, get labels.
using System.Numerics.Tensors;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Model;

/// <summary>
/// A trained classifier on a device of its own. It may be used from several threads at once: they decode side by side
/// and compute one after another.
/// <code>
/// using var classifier = Classifier.Train("recordings/");   // one folder a class
/// Console.WriteLine(classifier.Predict("seven.wav").Label);
/// classifier.Save("runs/digits");                           // Classifier.Load("runs/digits") another day
/// </code>
/// </summary>
public sealed class Classifier : IDisposable
{
    private readonly ComputeDevice device;
    private readonly TrainedModel model;
    private readonly ClipPass[] members;
    private readonly Lock computing = new();
    private readonly ModelProof? proof;

    private Classifier(ComputeDevice device, IReadOnlyList<TrainedModel> models, ModelProof? proof)
    {
        this.proof = proof;
        this.device = device;
        model = models[0];
        members = [.. models.Select(one => new ClipPass(one))];
    }

    /// <summary>The device that the classifier opened; it is closed with the classifier.</summary>
    public ComputeDevice Device => device;

    /// <summary>The classes, in the order of the network's outputs.</summary>
    public IReadOnlyList<string> Labels => model.Config.Labels;

    /// <summary>
    /// Trains a classifier on labelled sounds as <c>nativecnn train</c> does: the same data, options and device give
    /// the same weights. It has those of the epoch with the best validation.
    /// </summary>
    /// <param name="data">A folder of class folders, of <c>{label}_{anything}.wav</c> files, or a CSV file.</param>
    /// <param name="output">
    /// The run folder to leave, with metrics and report, absent or empty; null leaves nothing, see <see cref="Save"/>.
    /// </param>
    /// <param name="model">One of <see cref="NetworkPresets.Names"/>, or a JSON file of layers.</param>
    /// <param name="device">A device's selector, see <see cref="DeviceCatalog"/>.</param>
    /// <param name="epochs">Passes over the training clips; null for as many as the training has.</param>
    /// <param name="training">How to train; null for the model's own, <see cref="NetworkPreset.Training"/>.</param>
    /// <param name="features">
    /// One of <see cref="FeaturePresets.Names"/>, or a JSON file; null for the model's own.
    /// </param>
    /// <param name="sampleRate">The sample rate in hertz; null for the one that most clips have.</param>
    /// <param name="clipSeconds">
    /// The length in seconds that every clip is cut or padded to; null for what 95 % of the clips do not exceed, from
    /// 0.2 to 10 s.
    /// </param>
    /// <param name="observer">Told how it goes; null for nobody.</param>
    /// <param name="cancellation">Stops after the mini-batch under way.</param>
    /// <exception cref="DataSetException">The data is not there, or cannot be trained on.</exception>
    /// <exception cref="NetworkSpecException">There is no such network, or it does not fit the features.</exception>
    /// <exception cref="FeatureOptionsException">There are no such features, or they cannot be computed.</exception>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="RunException">The run folder holds something, or cannot be made.</exception>
    /// <exception cref="DeviceException">There is no such device.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Classifier Train(
        string data, string? output = null, string model = NetworkPresets.DefaultName, string device = "auto",
        int? epochs = null, TrainingOptions? training = null, string? features = null, int? sampleRate = null,
        double? clipSeconds = null, ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        NetworkPreset preset = NetworkPresets.Resolve(model);
        TrainingOptions options = training ?? preset.Training;
        options = options with { Epochs = epochs ?? options.Epochs };
        options.Validate();
        if (output is not null && Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
        {
            throw new RunException(
                $"the run folder '{output}' is not empty: give another output, or delete what is in it");
        }

        var input = TrainingInput.Of(ClipSource.FromFiles(data), new TrainingInputOptions
        {
            Features = FeatureChoice.Named(features ?? preset.Features),
            Training = options,
            SampleRate = sampleRate,
            ClipSeconds = clipSeconds,
        });
        var config = new RunConfig
        {
            Data = Path.GetFullPath(data),
            LabelSeparator = input.Clips.DataSet.LabelSets?.Separator.ToString(),
            Labels = input.Clips.DataSet.Labels,
            Features = input.Features,
            ClipSamples = input.ClipSamples,
            Model = preset.Create(),
            Training = input.Training,
            Device = device,
        };
        string folder = output ?? Directory.CreateTempSubdirectory("nativecnn-").FullName;
        try
        {
            using (ComputeDevice opened = ComputeDevice.Open(device))
            {
                config = config with { Device = opened.Info.Selector, Workers = opened.Workers.Count };
                TrainingSession.Run(
                    opened, config, input.Clips, folder, resume: false, observer ?? new NoObserver(), cancellation);
            }

            return Load(folder, config.Device);
        }
        finally
        {
            if (output is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>Loads what <c>nativecnn train</c>, <see cref="Train"/> or <see cref="Save"/> left.</summary>
    /// <param name="runFolder">
    /// The run folder; or several between commas, or a folder of folds: their probabilities are averaged.
    /// </param>
    /// <param name="device">A device's selector, see <see cref="DeviceCatalog"/>.</param>
    /// <exception cref="RunException">The folder is no run, or is damaged; or runs cannot be used as one.</exception>
    /// <exception cref="DeviceException">There is no such device.</exception>
    public static Classifier Load(string runFolder, string device = "auto")
    {
        ComputeDevice opened = ComputeDevice.Open(device);
        try
        {
            IReadOnlyList<string> runs = RunSet.Of(runFolder);
            TrainedModel[] models = [.. runs.Select(run => TrainedModel.Load(opened, run))];
            RunSet.ExpectTogether(runFolder, [.. models.Select(one => one.Config)]);
            return new Classifier(opened, models, ModelProof.TryLoad(RunFolder.At(runs[0]).ProofPath));
        }
        catch (Exception error) when (error is ArgumentException or DeviceMemoryException or NetworkSpecException)
        {
            opened.Dispose();
            string message = error is ArgumentException wrong ? wrong.WithoutParameter() : error.Message;
            throw new RunException($"the run '{runFolder}' cannot be used: {message}", error);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Writes all that <see cref="Load"/> and <c>nativecnn predict</c> need, config.json and model.safetensors, and the
    /// proof that <c>nativecnn verify</c> compares them with. What another run left in the folder under these names is
    /// overwritten, and its checkpoint removed.
    /// </summary>
    /// <param name="folder">The folder; it is made where it is not there.</param>
    /// <exception cref="RunException">The folder cannot be made, or it is an ensemble of runs.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string folder)
    {
        if (members.Length > 1)
        {
            throw new RunException("an ensemble of runs is no run: keep the runs and load them together");
        }

        RunFolder run = RunFolder.Create(folder);
        File.Delete(run.CheckpointFile);
        File.Delete(run.ProofPath);
        model.Config.Save(run.ConfigPath);
        lock (computing)
        {
            model.SaveWeights(run.ModelPath);
            ModelProof own = proof?.IsOf(model) == true ? proof : ModelProof.Of(model, ProofClips.Made(model.Config));
            own.Save(run.ProofPath);
        }
    }

    /// <summary>
    /// From which probability on each class is held to be true, in the order of <see cref="Labels"/>, where a clip may
    /// have several; null where it has one.
    /// </summary>
    public IReadOnlyList<float>? Thresholds => model.Thresholds;

    /// <summary>The length of the clips that the network was trained on, in seconds.</summary>
    public double ClipSeconds => (double)model.Config.ClipSamples / model.Config.Features.SampleRate;

    /// <summary>
    /// Classifies a sound file of any sample rate and length. What is longer than the clips of the training is heard
    /// in windows, and their probabilities are averaged, each by the power of its sound.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="strict">Refuses a file that is cut short, which is else read as far as it goes.</param>
    /// <param name="hopSeconds">
    /// From a window to the next; null for half of <see cref="ClipSeconds"/>, 0 for the beginning alone.
    /// </param>
    /// <exception cref="AudioFormatException">The file is no sound that can be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Prediction Predict(string path, bool strict = false, double? hopSeconds = null)
    {
        AudioClip clip = AudioFile.Read(path);
        if (strict)
        {
            AudioRemark.RefuseCutShort(clip.Remark, path);
        }

        return Predict(clip, path, hopSeconds);
    }

    /// <summary>Classifies samples, as <see cref="Predict(string, bool, double?)"/> does.</summary>
    /// <param name="sound">Mono samples in [-1, 1].</param>
    /// <param name="sampleRate">Their rate in hertz.</param>
    /// <param name="hopSeconds">From a window to the next.</param>
    /// <exception cref="AudioFormatException">The rate cannot be brought to the run's.</exception>
    public Prediction Predict(ReadOnlySpan<float> sound, int sampleRate, double? hopSeconds = null) => Predict(
        new AudioClip(sound.ToArray(), sampleRate, 1, 32, AudioEncoding.IeeeFloat), "the sound", hopSeconds);

    /// <summary>Classifies a decoded clip, as <see cref="Predict(string, bool, double?)"/> does.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="hopSeconds">From a window to the next.</param>
    /// <exception cref="AudioFormatException">The rate cannot be brought to the run's.</exception>
    public Prediction Predict(AudioClip clip, string name, double? hopSeconds = null)
    {
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentNullException.ThrowIfNull(name);
        RunConfig config = model.Config;
        ClipBlock.ExpectFeasible(clip, name, config.Format);
        double window = ClipSeconds * clip.SampleRate;
        int needed = Resample.InputLength(config.ClipSamples, clip.SampleRate, config.Features.SampleRate);
        IReadOnlyList<int> starts = SlidingWindows.Of(
            clip.Samples.Length, window, (hopSeconds ?? (ClipSeconds / 2)) * clip.SampleRate);
        List<float[]> probabilities = [];
        List<double> weights = [];
        List<WindowPrediction> windows = [];
        // The plan and its memory are one: sounds are decoded side by side, and computed one after another.
        lock (computing)
        {
            foreach (int start in starts)
            {
                int end = Math.Min(clip.Samples.Length, start + needed);
                AudioClip part = start == 0 && end == clip.Samples.Length
                    ? clip
                    : clip with { Samples = clip.Samples[start..end] };
                float[] values = ProbabilitiesOf(part, name);
                int best = Evaluator.ArgMax(values);
                probabilities.Add(values);
                weights.Add(SlidingWindows.WeightOf(
                    part.Samples.AsSpan(0, Math.Min(part.Samples.Length, (int)Math.Ceiling(window)))));
                windows.Add(new WindowPrediction((double)start / clip.SampleRate, Labels[best], values[best]));
            }
        }

        double[] combined = starts.Count == 1
            ? Array.ConvertAll(probabilities[0], value => (double)value)
            : SlidingWindows.Combine(probabilities, weights);
        return new Prediction([.. combined
            .Select((value, i) => new LabelProbability(Labels[i], value))
            .OrderByDescending(one => one.Probability)])
        {
            Labels = Thresholds is { } thresholds ? [.. Labels.Where((_, i) => combined[i] >= thresholds[i])] : null,
            Windows = windows,
            Seconds = clip.Seconds,
            Remark = clip.Remark,
        };
    }

    private float[] ProbabilitiesOf(AudioClip clip, string name)
    {
        float[] sum = members[0].ProbabilitiesOf(clip, name);
        foreach (ClipPass other in members.Skip(1))
        {
            TensorPrimitives.Add(sum, other.ProbabilitiesOf(clip, name), sum);
        }

        TensorPrimitives.Divide(sum, members.Length, sum);
        return sum;
    }

    /// <inheritdoc/>
    public void Dispose() => device.Dispose();

    private sealed class NoObserver : ITrainingObserver;
}
