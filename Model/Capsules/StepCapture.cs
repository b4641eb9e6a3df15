using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Formats;
using NativeCnn.Model.GradientChecks;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Capsules;

/// <summary>Freezes the step that a run would do next.</summary>
public static class StepCapture
{
    /// <summary>
    /// The first step after the run's last epoch: its weights and the optimiser's buffers as the checkpoint has them,
    /// the clips that would come next. Augmentation is left out.
    /// </summary>
    /// <param name="device">Where the step is done.</param>
    /// <param name="folder">The run.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="clips">Its data.</param>
    /// <param name="batchSize">Clips of the mini-batch; null for the run's.</param>
    /// <param name="remark">Told what is odd about the data.</param>
    /// <param name="cancellation">Stops while features are computed.</param>
    /// <exception cref="RunException">The run has no checkpoint.</exception>
    /// <exception cref="DataSetException">Its data is not there any more.</exception>
    public static StepCapsule Of(
        ComputeDevice device, string folder, RunConfig config, ClipSource clips, int? batchSize, Action<string> remark,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(clips);
        RefuseOtherLosses(config);
        (Checkpoint checkpoint, Network network, Dictionary<string, SafeTensor> given) = Begin(device, folder, config);
        int[] rows = TrainingSession.SplitOf(clips, config, folder, remark, cancellation).Train;
        AddClips(given, device, config, clips, folder, rows, batchSize, checkpoint, cancellation);
        int steps = (rows.Length + config.Training.BatchSize - 1) / config.Training.BatchSize;
        return TakeNext(network, folder, config, checkpoint, given, steps);
    }

    /// <summary>The same step with another mini-batch: one sound alone.</summary>
    /// <param name="device">Where the step is done.</param>
    /// <param name="folder">The run.</param>
    /// <param name="sound">The sound file.</param>
    /// <param name="label">Its class; null for the name of the folder that it lies in.</param>
    /// <exception cref="RunException">The run has no checkpoint, or no such class.</exception>
    /// <exception cref="DataSetException">The sound cannot be read.</exception>
    public static StepCapsule OfSound(ComputeDevice device, string folder, string sound, string? label)
    {
        ArgumentNullException.ThrowIfNull(device);
        var config = RunConfig.Load(RunFolder.OpenConfig(folder).ConfigPath);
        RefuseOtherLosses(config);
        string name = label ?? Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(sound))) ?? "";
        int index = config.Labels.ToList().IndexOf(name);
        if (index < 0)
        {
            throw new RunException(
                $"'{name}' is no class of {folder}, whose classes are {string.Join(", ", config.Labels.Take(40))}" +
                (label is null ? $"; name that of {sound} by --label" : ""));
        }

        (Checkpoint checkpoint, Network network, Dictionary<string, SafeTensor> given) = Begin(device, folder, config);
        var entry = new ClipEntry(
            sound, Path.GetFileName(sound), index, name, null, null, new Dictionary<string, string>());
        Add(given, device, config, folder, [entry], new FileClipReader(), cache: null, CancellationToken.None);
        int steps = (int)Math.Max(1, checkpoint.Step / Math.Max(1, checkpoint.Epoch));
        return TakeNext(network, folder, config, checkpoint, given, steps);
    }

    /// <summary>
    /// The first step of a network as it begins: on random clips, normally distributed, of random classes, by Adam.
    /// </summary>
    /// <param name="device">Where the step is done.</param>
    /// <param name="spec">The network.</param>
    /// <param name="input">The input of one clip.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="batchSize">Clips of the mini-batch.</param>
    /// <param name="seed">Seed of weights, clips and classes.</param>
    /// <exception cref="NetworkSpecException">The layers do not fit the input.</exception>
    public static StepCapsule OfNetwork(
        ComputeDevice device, NetworkSpec spec, Shape input, int classes, int batchSize, int seed)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(spec);
        var training = new TrainingOptions { Seed = seed };
        var network = new Network(
            device, new NetworkGraph(spec, input, classes), spec.Initializer, (ulong)seed);
        Dictionary<string, SafeTensor> given = Kept(
            network, OptimizerFactory.Create(network, training.Optimizer).State.ToDictionary(
                one => one.Name, one => one.Value.ToArray()));

        var random = new Random(seed);
        float[] clips = NormalNumbers.Draw(random, batchSize * input.Length);
        int[] targets = [.. Enumerable.Range(0, batchSize).Select(_ => random.Next(classes))];
        given.Add(StepExecution.Input, SafeTensor.From<float>(clips, [batchSize, .. input.ToArray()]));
        given.Add(StepExecution.Targets, SafeTensor.From<int>(targets, batchSize));
        return Take(network, spec, training, 1, training.LearningRate, spec.Name, given);
    }

    /// <summary>A step of a run's training, done again up to it: with its augmentation, from the same bits.</summary>
    /// <param name="device">Where: the steps are the run's own on the kind of device that it was trained on.</param>
    /// <param name="folder">The run.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="clips">Its data.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="observer">Told how it goes.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="RunException">The run has no such step.</exception>
    /// <exception cref="DataSetException">Its data is not there any more.</exception>
    public static StepCapsule At(
        ComputeDevice device, string folder, RunConfig config, ClipSource clips, int step, ITrainingObserver observer,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        RefuseOtherLosses(config);
        (Network network, TrainedStep found) =
            TrainingSession.StepOf(device, config, clips, folder, step, observer, cancellation);
        return Of(network, found, config, folder);
    }

    /// <summary>A network's step after so many others on the same mini-batch.</summary>
    /// <param name="device">Where the steps are done.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="steps">How many steps stand before the one that is taken.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public static StepCapsule After(
        ComputeDevice device, StepCapsule first, int steps, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        var execution = new StepExecution(device, first.Setting, first.Given, fused: true);
        for (int step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            execution.Run();
            execution.Network.Progress.Advance();
        }

        StepSetting setting = first.Setting with { Step = first.Setting.Step + steps };
        var given = first.Given.ToDictionary();
        foreach ((string name, Tensor<float> value) in StepExecution.Kept(execution.Network).Concat(
            execution.Remembered.Select(one => (StepExecution.OptimizerPrefix + one.Name, one.Value))))
        {
            given[name] = SafeTensor.From<float>(value.ToArray(), value.Shape.ToArray());
        }

        return new StepCapsule(setting, given, new StepExecution(device, setting, given, fused: true).Run());
    }

    /// <summary>A step that training found.</summary>
    internal static StepCapsule Of(Network network, TrainedStep found, RunConfig config, string source)
    {
        int batch = found.Targets.Length;
        Dictionary<string, SafeTensor> given = Kept(network, found.OptimizerState);
        Shape clip = network.Graph.Input.Output;
        given.Add(StepExecution.Input, SafeTensor.From<float>(found.Input, [batch, .. clip.ToArray()]));
        given.Add(StepExecution.Targets, SafeTensor.From<int>(found.Targets, batch));
        if (found is { MixedTargets: { } mixed, MixedShares: { } shares })
        {
            given.Add(StepExecution.MixedTargets, SafeTensor.From<int>(mixed, batch));
            given.Add(StepExecution.MixedShares, SafeTensor.From<float>(shares, batch));
        }

        if (found.ClassWeights is { } weights)
        {
            given.Add(StepExecution.ClassWeights, SafeTensor.From<float>(weights, weights.Length));
        }

        return Take(network, config.Model, config.Training, found.Step, found.LearningRate, source, given);
    }

    /// <summary>Why a step of a run cannot be captured; null where it can.</summary>
    internal static string? WhyNot(RunConfig config) =>
        config.LabelSeparator is not null ? "its clips may have several labels, and captured steps have one a clip"
        : config.Training.FocalGamma > 0 ? "it was trained by the focal loss, and captured steps have cross-entropy"
        : config.Training.Accumulate > 1
            ? $"its steps are of {config.Training.Accumulate} mini-batches (--accumulate), and captured steps of one"
        : config.Cropping is not null
            ? "it was trained on stretches of its clips (--crop), and captured steps have whole ones"
        : null;

    private static void RefuseOtherLosses(RunConfig config)
    {
        if (WhyNot(config) is { } why)
        {
            throw new RunException($"a step of this run cannot be captured: {why}");
        }
    }

    /// <summary>What a run's last checkpoint has.</summary>
    private static (Checkpoint Checkpoint, Network Network, Dictionary<string, SafeTensor> Given) Begin(
        ComputeDevice device, string folder, RunConfig config)
    {
        var checkpoint = Checkpoint.Load(RunFolder.OpenToResume(folder).CheckpointFile);
        var graph = new NetworkGraph(
            config.Model, config.Input, config.Labels.Count);
        var network = new Network(device, graph);
        network.Parameters.Values.CopyFrom(checkpoint.Values);
        network.Parameters.State.CopyFrom(checkpoint.State);
        return (checkpoint, network, Kept(network, checkpoint.OptimizerState));
    }

    /// <summary>The step after a checkpoint.</summary>
    private static StepCapsule TakeNext(
        Network network, string folder, RunConfig config, Checkpoint checkpoint, Dictionary<string, SafeTensor> given,
        int stepsOfEpoch)
    {
        double rate = config.Training.Schedule.RateAt(config.Training.LearningRate, new SchedulePlace(
            (long)checkpoint.Epoch * stepsOfEpoch, (long)stepsOfEpoch * config.Training.Epochs, checkpoint.Epoch,
            stepsOfEpoch, checkpoint.Plateau.Reductions));
        return Take(network, config.Model, config.Training, checkpoint.Step + 1, (float)rate, folder, given);
    }

    /// <summary>What a network keeps, and the optimiser's buffers, as a step begins with them.</summary>
    private static Dictionary<string, SafeTensor> Kept(Network network, IReadOnlyDictionary<string, float[]> buffers)
    {
        Dictionary<string, SafeTensor> given = StepExecution.Kept(network).ToDictionary(
            one => one.Name, one => SafeTensor.From<float>(one.Value.ToArray(), one.Value.Shape.ToArray()));
        foreach ((string name, float[] state) in buffers)
        {
            given.Add(StepExecution.OptimizerPrefix + name, SafeTensor.From<float>(state, state.Length));
        }

        return given;
    }

    private static StepCapsule Take(
        Network network, NetworkSpec spec, TrainingOptions training, int step, float learningRate, string source,
        Dictionary<string, SafeTensor> given)
    {
        var setting = new StepSetting
        {
            Network = spec,
            Input = [.. network.Graph.Input.Output.ToArray()],
            Classes = network.Classes,
            Training = training,
            Step = step,
            LearningRate = learningRate,
            Device = network.Device.Info.Selector,
            Fused = true,
            Source = source,
        };
        return new StepCapsule(
            setting, given, new StepExecution(network.Device, setting, given, fused: true).Run());
    }

    /// <summary>The clips that come next, and what the loss weighs classes with.</summary>
    private static void AddClips(
        Dictionary<string, SafeTensor> given, ComputeDevice device, RunConfig config, ClipSource clips, string folder,
        int[] train, int? batchSize, Checkpoint checkpoint, CancellationToken cancellation)
    {
        int[] order = new EpochOrder(
            config.Training, [.. train.Select(i => clips.DataSet.Entries[i].LabelIndex)]).After(checkpoint.Epoch);
        ClipEntry[] next =
        [
            .. order.Take(batchSize ?? config.Training.BatchSize).Select(i => clips.DataSet.Entries[train[i]]),
        ];
        Add(given, device, config, folder, next, clips.Reader, clips.Cache, cancellation);
        if (config.Training.BalanceClasses)
        {
            float[] weights = Trainer.InverseShares(
                train.Select(i => clips.DataSet.Entries[i].LabelIndex), config.Labels.Count);
            given.Add(StepExecution.ClassWeights, SafeTensor.From<float>(weights, weights.Length));
        }
    }

    private static void Add(
        Dictionary<string, SafeTensor> given, ComputeDevice device, RunConfig config, string folder,
        IReadOnlyList<ClipEntry> next, IClipReader reader, FeatureCache? cache, CancellationToken cancellation)
    {
        FeatureSet set = FeatureSet.Compute(
            device, next, reader, config.Format,
            new FeatureSetOptions { Cache = cache, Memory = FeatureMemory.Device }, cancellation);
        set.Normalize(TrainedModel.Load(device, folder).Normalizer);
        given.Add(
            StepExecution.Input, SafeTensor.From<float>(set.Features.ToArray(), set.Features.Shape.ToArray()));
        given.Add(StepExecution.Targets, SafeTensor.From<int>(set.Labels.ToArray(), set.Count));
    }
}
