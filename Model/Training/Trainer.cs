// The training loop: shuffled mini-batches, a validation each epoch, the best weights kept, an exact resume.
using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Clusters;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>
/// Trains a network on its device, on features wherever they are kept. The order of an epoch depends on the seed and
/// the epoch's number alone, and so does everything else: the same seed gives the same weights, resumed or not.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Trainer
{
    private readonly Network network;
    private readonly FeatureSet train;
    private readonly FeatureSet validation;
    private TrainingOptions options;
    private readonly FeatureSource? source;
    private readonly Func<LossPlan, ILoss>? planLoss;
    private readonly Evaluator evaluator;
    private readonly Cropping? cropping;
    private readonly ParameterUpdate optimizer;
    private readonly TrainingProgress progress;
    private readonly Tensor<float>? share;
    private float shareValue;
    private LossPlateau plateau = LossPlateau.None;
    private readonly MeterTotals totals;
    private readonly StepGraphs graphs;
    private readonly Dictionary<int, TrainingStep> steps = [];
    private readonly Tensor<float>? classWeights;
    private readonly Tensor<int> order;
    private readonly EpochOrder epochOrder;
    private readonly LabelSets? labelSets;
    private readonly Tensor<float> bestValues;
    private readonly Tensor<float> bestState;
    private readonly ICollective processes;
    private readonly IShardSums? shards;

    /// <summary>Plans the training of a network.</summary>
    /// <param name="network">The network, with initial weights.</param>
    /// <param name="train">The clips to learn from.</param>
    /// <param name="validation">The clips that judge an epoch.</param>
    /// <param name="options">How to train.</param>
    /// <param name="graphs">Records and replays the steps; null launches them kernel by kernel.</param>
    /// <param name="source">How sound becomes features; needed where there is augmentation.</param>
    /// <param name="loss">
    /// Plans a loss for a batch size, once for training and once for validation; null for
    /// that of the options. Its plan has the options' class weights and label smoothing in training, and
    /// neither in validation.
    /// </param>
    /// <param name="labelSets">
    /// The sets of labels that the labels of both sets name, where a clip may have several; null where it has one.
    /// </param>
    /// <param name="processes">
    /// Who trains together; null for this process alone. Several need <see cref="TrainingOptions.Shards"/>.
    /// </param>
    /// <param name="devices">
    /// What connects the processes' devices: then gradients stay in their memory. Null takes them through the
    /// machines'.
    /// </param>
    /// <exception cref="ArgumentException">An option makes no sense, or augmentation lacks what it needs.</exception>
    /// <exception cref="ClusterException">There are more processes than shards.</exception>
    public Trainer(
        Network network, FeatureSet train, FeatureSet validation, TrainingOptions options, StepGraphs? graphs = null,
        FeatureSource? source = null, Func<LossPlan, ILoss>? loss = null, LabelSets? labelSets = null,
        ICollective? processes = null, IDeviceCollective? devices = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if ((options.Augmentation.IsOn || options.CropSeconds > 0) && source is null)
        {
            throw new ArgumentException(
                "augmentation and crops need to know the feature chain: give the source", nameof(source));
        }

        if (options.Augmentation.ChangesSound != train.IsSound)
        {
            throw new ArgumentException(
                train.IsSound
                    ? "the sound of the clips was kept, and nothing changes it: compute their features instead"
                    : "the sound of these clips was not kept: compute the set with " +
                        $"{nameof(FeatureSetOptions.KeepSamples)}",
                nameof(train));
        }

        this.source = source;
        ComputeDevice device = network.Device;
        this.network = network;
        this.train = train;
        this.validation = validation;
        this.options = options;
        this.graphs = graphs ?? new StepGraphs(device, GraphMode.Off);
        this.labelSets = labelSets;
        epochOrder = new EpochOrder(options, [.. train.Clips.Select(clip => clip.LabelIndex)]);
        planLoss = loss ?? Losses.Of(options, device, labelSets);
        cropping = source is null ? null : Cropping.Of(source.Format, options);
        evaluator = new Evaluator(network, planLoss, labelSets, cropping);
        this.processes = processes ?? new SingleProcess();
        if (this.processes.Count > 1 && options.Shards == 0)
        {
            throw new ClusterException("several processes train on the shards of mini-batches: give a number of them");
        }

        // The masks of dropout go by the network's step, a mini-batch or shard each; the optimiser counts its own.
        bool inParts = options.Accumulate > 1 || options.Shards > 0;
        progress = inParts ? new TrainingProgress(device) : network.Progress;
        share = inParts ? device.Allocate<float>(new Shape(1)) : null;
        shards = options.Shards == 0 ? null
            : devices is null ? new ShardSums(this.processes, network.Parameters, options.Shards)
            : new DeviceShardSums(this.processes, devices, network.Parameters, options.Shards, share!);
        optimizer = new ParameterUpdate(network, options, progress);
        totals = new MeterTotals(device);
        order = device.Allocate<int>(new Shape(train.Count));
        bestValues = device.Allocate<float>(network.Parameters.Values.Shape);
        bestState = device.Allocate<float>(network.Parameters.State.Shape);
        classWeights = options.BalanceClasses
            ? device.Upload<float>(
                new Shape(network.Classes),
                Losses.WeightsOf(train.Clips.Select(clip => clip.LabelIndex), network.Classes, labelSets))
            : null;
    }

    /// <summary>Epochs done.</summary>
    public int Epoch { get; private set; }

    /// <summary>
    /// The epoch with the best validation, by <see cref="TrainingOptions.Best"/>. 0 before the first.
    /// </summary>
    public int BestEpoch { get; private set; }

    /// <summary>The validation of the best epoch.</summary>
    public Score BestScore { get; private set; }

    /// <summary>What the last validation came to; null before the first since a resume.</summary>
    internal Validated? Last { get; private set; }

    /// <summary>What the validation of the best epoch came to; null where that was before a resume.</summary>
    internal Validated? Best { get; private set; }

    /// <summary>
    /// From which probability on each label is held to be true, tuned to the validation clips of the last epoch, where
    /// a clip may have several; null else.
    /// </summary>
    internal IReadOnlyList<float>? Thresholds { get; private set; }

    /// <summary>What balanced sampling comes to, in one line; null for none.</summary>
    internal string? SamplingNote => epochOrder.Note(row => train.Clips[row].Label);

    /// <summary>True where no epoch was better for as long as <see cref="TrainingOptions.Patience"/> has it.</summary>
    public bool IsOutOfPatience => options.Patience > 0 && Epoch - BestEpoch >= options.Patience;

    /// <summary>Where the time goes.</summary>
    public TrainingTimes Times { get; } = new();

    /// <summary>Looks at the steps that it wants to; null for none.</summary>
    internal IStepObserver? Observer
    {
        get;
        set => field = value is null ? null : new TimedStepObserver(value, Times);
    }

    /// <summary>Mini-batches of an epoch, the last one smaller if need be.</summary>
    public int StepsPerEpoch => (train.Count + options.BatchSize - 1) / options.BatchSize;

    /// <summary>Steps of the optimiser in an epoch.</summary>
    public int UpdatesPerEpoch => (StepsPerEpoch + options.Accumulate - 1) / options.Accumulate;

    private string? OptimizerName => OptimizerTypes.NameOrNull(options.Optimizer.GetType());

    /// <summary>Trains one epoch and validates.</summary>
    /// <param name="stepDone">Told after every mini-batch how many are done.</param>
    /// <param name="cancellation">Stops between two mini-batches; the epoch then counts as not begun.</param>
    /// <exception cref="InvalidOperationException">
    /// A loss of one's own did not do what <see cref="ILoss"/> says.
    /// </exception>
    /// <exception cref="TrainingDivergedException">
    /// A loss is not finite. The best weights before stay the best.
    /// </exception>
    public EpochMetrics RunEpoch(Action<int>? stepDone = null, CancellationToken cancellation = default)
    {
        var stopwatch = Stopwatch.StartNew();
        Times.Start();
        BeginEpoch();
        float rate = 0;
        for (int start = 0, step = 1; start < train.Count; start += options.BatchSize, step++)
        {
            rate = RunStep(start, step, cancellation);
            stepDone?.Invoke(step);
        }

        (double lossSum, long correct, long rows) = TotalsOfAll();
        if (planLoss is not null)
        {
            ExpectEveryClipCounted(rows);
        }

        Times.Book(TrainingPhase.Backward);
        long rowsBefore = totals.RowsBeforeNonFinite;
        Epoch++;
        optimizer.Average?.Exchange();
        Score score = Validate();
        Divergence.RefuseLosses(lossSum, rowsBefore, score.Loss, Epoch, BestEpoch, options);
        if (BestEpoch == 0 || score.IsBetter(BestScore, options.Best))
        {
            BestEpoch = Epoch;
            BestScore = score;
            Best = Last;
            bestValues.CopyFrom(network.Parameters.Values);
            bestState.CopyFrom(network.Parameters.State);
        }

        optimizer.Average?.Exchange();
        if (options.Schedule.Kind == ScheduleKind.Plateau)
        {
            plateau = plateau.After(score.Loss, options.Schedule);
        }

        Times.Book(TrainingPhase.Validation);
        return new EpochMetrics(
            Epoch, lossSum / rows, (double)correct / rows, score.Loss, score.Accuracy, rate,
            stopwatch.Elapsed.TotalSeconds)
        {
            ValidationF1 = score.MacroF1,
            ValidationMap = score.MeanAveragePrecision,
        };
    }

    /// <summary>All figures of the validation clips, by the weights that the network has.</summary>
    /// <param name="labels">The classes' names.</param>
    internal Measured Measure(IReadOnlyList<string> labels) => evaluator.Measure(validation, labels);

    /// <summary>Loss and accuracy alone, unless more is asked for.</summary>
    private Score Validate()
    {
        if (labelSets is null && options.Best != BestBy.F1)
        {
            ClipPredictions predictions = new(network.Classes);
            Score score = evaluator.Evaluate(validation, predictions);
            Last = new Validated(predictions, null);
            return score;
        }

        Measured measured = Measure([.. Enumerable.Range(0, network.Classes).Select(label => $"{label}")]);
        Thresholds = measured.Thresholds;
        Last = new Validated(measured.Predictions, measured.Report);
        return measured.Score;
    }

    /// <summary>
    /// Chooses the number of epochs that fit into a time, and the learning rates with it, before the first: by some
    /// steps and a validation, after which all is as before.
    /// </summary>
    /// <param name="time">The time.</param>
    /// <param name="cancellation">Stops between two mini-batches.</param>
    /// <returns>The number of epochs, at least 1, and what one takes.</returns>
    /// <exception cref="InvalidOperationException">Training has begun.</exception>
    internal (int Epochs, TimeSpan Each) FitEpochs(TimeSpan time, CancellationToken cancellation = default)
    {
        const int StepsToWarmUp = 3;
        const double LongEnough = 2;
        if (Epoch > 0)
        {
            throw new InvalidOperationException("epochs are fitted to a time before the first of them");
        }

        Checkpoint before = Capture();
        BeginEpoch();
        evaluator.Evaluate(validation);
        var stopwatch = Stopwatch.StartNew();
        double warm = 0;
        int steps = 0;
        for (int start = 0, step = 1; start < train.Count; start += options.BatchSize, step++)
        {
            RunStep(start, step, cancellation);
            network.Device.Synchronize();

            // The clocks of several processes differ: all do as many steps.
            double seconds = processes.Gather<double>([stopwatch.Elapsed.TotalSeconds])[0];
            if (step <= StepsToWarmUp && step < StepsPerEpoch)
            {
                warm = seconds;
            }
            else
            {
                steps++;
                if (seconds - warm > LongEnough)
                {
                    break;
                }
            }
        }

        double ofEpoch = (stopwatch.Elapsed.TotalSeconds - warm) / steps * StepsPerEpoch;
        stopwatch.Restart();
        evaluator.Evaluate(validation);
        network.Device.Synchronize();
        ofEpoch += stopwatch.Elapsed.TotalSeconds;
        Resume(before);
        network.Parameters.Gradients.Clear();
        int fitting = (int)Math.Clamp(time.TotalSeconds / ofEpoch, 1, 100_000);

        // The clocks of several processes differ.
        int epochs = processes.Gather<int>([fitting])[0];
        options = options with { Epochs = epochs };
        return (epochs, TimeSpan.FromSeconds(ofEpoch));
    }

    /// <summary>Puts the weights of the best epoch into the network.</summary>
    public void RestoreBest()
    {
        if (BestEpoch > 0)
        {
            network.Parameters.Values.CopyFrom(bestValues);
            network.Parameters.State.CopyFrom(bestState);
        }
    }

    /// <summary>
    /// Does something while the network has what was validated last: the moving average of its weights, where there is
    /// one, else the weights.
    /// </summary>
    /// <param name="action">For instance to save them.</param>
    public void WithValidated(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        optimizer.Average?.Exchange();
        action();
        optimizer.Average?.Exchange();
    }

    /// <summary>All that <see cref="Resume"/> needs to go on as if training had never stopped.</summary>
    public Checkpoint Capture() => new(
        Epoch, shards is null ? network.Progress.Step.ToArray()[0] : Epoch * StepsPerEpoch, BestEpoch, BestScore,
        network.Parameters.Values.ToArray(), bestValues.ToArray(), network.Parameters.State.ToArray(),
        bestState.ToArray(), optimizer.State.ToDictionary(one => one.Name, one => one.Value.ToArray()))
    {
        Optimizer = OptimizerName,
        Plateau = plateau,
    };

    /// <summary>Goes on from a checkpoint.</summary>
    /// <exception cref="CheckpointException">The checkpoint belongs to another network or optimiser.</exception>
    public void Resume(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ExpectOwn(checkpoint);
        Epoch = checkpoint.Epoch;
        BestEpoch = checkpoint.BestEpoch;
        BestScore = checkpoint.BestScore;
        plateau = checkpoint.Plateau;
        network.Progress.SetStep(checkpoint.Step);
        if (progress != network.Progress)
        {
            progress.SetStep(Epoch * UpdatesPerEpoch);
        }

        network.Parameters.Values.CopyFrom(checkpoint.Values);
        bestValues.CopyFrom(checkpoint.BestValues);
        network.Parameters.State.CopyFrom(checkpoint.State);
        bestState.CopyFrom(checkpoint.BestState);
        foreach ((string name, Tensor<float> value) in optimizer.State)
        {
            value.CopyFrom(checkpoint.OptimizerState[name]);
        }
    }

    /// <summary>
    /// Does the epoch after a checkpoint again, reading everything back after each step, up to the first step after
    /// which a number is not finite. The network is then as that step found it.
    /// </summary>
    /// <param name="before">The state before the epoch.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <returns>The step; null where all numbers of the epoch's steps are finite.</returns>
    internal TrainedStep? FindDivergedStep(Checkpoint before, CancellationToken cancellation = default) => FindStep(
        before, (_, after) => !double.IsFinite(totals.Read().LossSum) || Divergence.WhatIsNotFinite(after) is not null,
        cancellation);

    /// <summary>The same up to a step by its place in the epoch.</summary>
    /// <param name="before">The state before the epoch.</param>
    /// <param name="stepOfEpoch">The step, from 1 to <see cref="StepsPerEpoch"/>.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    internal TrainedStep FindStep(Checkpoint before, int stepOfEpoch, CancellationToken cancellation = default) =>
        FindStep(before, (step, _) => step == stepOfEpoch, cancellation)!;

    private TrainedStep? FindStep(Checkpoint before, Func<int, Checkpoint, bool> isIt, CancellationToken cancellation)
    {
        if (options.Accumulate > 1 || shards is not null)
        {
            throw new NotSupportedException(
                "a step of several parts (--accumulate, --shards) cannot be taken out of its training");
        }

        Resume(before);
        BeginEpoch();
        for (int start = 0, step = 1; start < train.Count; start += options.BatchSize, step++)
        {
            cancellation.ThrowIfCancellationRequested();
            float rate = BeginStep(step);
            TrainingStep done = StepAt(start);
            done.Run();
            Checkpoint after = Capture();
            if (isIt(step, after))
            {
                MiniBatch batch = done.Batch;
                int[] rows = epochOrder.After(Epoch)[start..(start + batch.Plan.Batch)];
                var found = new TrainedStep(
                    Epoch + 1, step, after.Step, rate, batch.Plan.Input.ToArray(), batch.Targets.ToArray(),
                    batch.Mixed?.Targets.ToArray(), batch.Mixed?.Shares.ToArray(), classWeights?.ToArray(),
                    before.OptimizerState, [.. rows.Select(row => train.Clips[row].Path)]);
                Resume(before);
                return found;
            }

            before = after;
        }

        return null;
    }

    /// <summary>Before anything is copied: a trainer that was refused a checkpoint is as it was.</summary>
    private void ExpectOwn(Checkpoint checkpoint)
    {
        int parameters = network.Parameters.Values.Length;
        int state = network.Parameters.State.Length;
        if (checkpoint.Values.Length != parameters || checkpoint.State.Length != state ||
            checkpoint.BestValues.Length != parameters || checkpoint.BestState.Length != state)
        {
            throw new CheckpointException(
                $"the checkpoint is of another network: it has {checkpoint.Values.Length} parameters and " +
                $"{checkpoint.State.Length} running statistics, this network {parameters} and {state}; resume with " +
                "the network of the checkpoint, or begin a new run");
        }

        if (optimizer.State.Any(one =>
            checkpoint.OptimizerState.GetValueOrDefault(one.Name)?.Length != one.Value.Length))
        {
            throw new CheckpointException(
                $"the checkpoint is of {checkpoint.Optimizer ?? "an optimiser"} that kept " +
                $"{Listed(checkpoint.OptimizerState.Keys)}, but {OptimizerName ?? "the optimiser"} as it was asked " +
                $"for keeps {Listed(optimizer.State.Select(one => one.Name))}; resume with the optimiser and the " +
                "settings of the checkpoint, or begin a new run");
        }

        static string Listed(IEnumerable<string> names) =>
            string.Join(" and ", names.Order(StringComparer.Ordinal).DefaultIfEmpty("nothing"));
    }

    /// <summary>
    /// A loss of one's own that forgets the position would train on the same rows for ever, and look as if it learnt.
    /// </summary>
    private void ExpectEveryClipCounted(long rows)
    {
        int position = network.Progress.Position.ToArray()[0];
        int own = shards is null ? train.Count
            : Enumerable.Range(1, StepsPerEpoch).Sum(step => OwnShards(shards.Plan, step).Sum(one => one.Count));
        if (position != own)
        {
            throw new InvalidOperationException(
                $"the loss moved the position on by {position} rows in an epoch of {own}: call " +
                $"Progress.MoveOn(Batch) of its plan once in {nameof(ILoss.ForwardBackward)}");
        }

        if (rows != train.Count)
        {
            throw new InvalidOperationException(
                $"the loss added {rows} rows to the totals in an epoch of {train.Count}: add every mini-batch once, " +
                $"by a {nameof(ClassificationMeter)} over Totals of its plan");
        }
    }

    /// <summary>The learning rate of a step of the epoch to come, counted from 1.</summary>
    private float RateOf(int step) => (float)options.Schedule.RateAt(options.LearningRate, new SchedulePlace(
        ((long)Epoch * UpdatesPerEpoch) + ((step - 1) / options.Accumulate), (long)UpdatesPerEpoch * options.Epochs,
        Epoch, UpdatesPerEpoch, plateau.Reductions));

    /// <summary>Sets the learning rate of a step of the epoch, counted from 1, and its share of the gradient.</summary>
    private float BeginStep(int step)
    {
        float rate = RateOf(step);
        progress.SetLearningRate(rate);
        if (share is not null)
        {
            int first = (step - 1) / options.Accumulate * options.Accumulate * options.BatchSize;
            int rows = Math.Min(options.BatchSize * options.Accumulate, train.Count - first);
            SetShare((float)RowsOf(step) / rows);
        }

        return rate;
    }

    private int RowsOf(int step) => Math.Min(options.BatchSize, train.Count - ((step - 1) * options.BatchSize));

    /// <summary>Whether the optimiser steps after a mini-batch of the epoch, counted from 1.</summary>
    private bool IsUpdate(int step) => step % options.Accumulate == 0 || step == StepsPerEpoch;

    /// <summary>One step of an epoch, which begins at a row of its order; gives the learning rate.</summary>
    private float RunStep(int start, int step, CancellationToken cancellation)
    {
        if (shards is not null)
        {
            return RunShards(shards, step, cancellation);
        }

        cancellation.ThrowIfCancellationRequested();
        float rate = BeginStep(step);
        if (Observer is { } observer && observer.Wants(Epoch + 1, step, StepsPerEpoch))
        {
            StepAt(start).RunObserved(observer, IsUpdate(step));
            observer.StepEnds(StepAt(start).Plan, Epoch + 1, step, StepsPerEpoch, rate);
        }
        else
        {
            StepAt(start).Run(IsUpdate(step));
        }

        return rate;
    }

    /// <summary>
    /// This process's shards of a step, one after another, the sum over all processes, and the update, which is the
    /// same in each of them.
    /// </summary>
    private float RunShards(IShardSums sums, int step, CancellationToken cancellation)
    {
        float rate = RateOf(step);
        progress.SetLearningRate(rate);
        sums.Begin();
        foreach ((int shard, int count) in OwnShards(sums.Plan, step))
        {
            float own = (float)count / RowsOf(step);
            if (count > 0)
            {
                SetShare(own);

                // Every shard draws dropout masks of its own, whoever computes it.
                network.Progress.SetStep((((Epoch * StepsPerEpoch) + step - 1) * options.Shards) + shard);
                StepOf(count).Run(update: false);
            }

            sums.Take(shard, own);
        }

        sums.Finish(cancellation.IsCancellationRequested);
        Times.Book(TrainingPhase.Exchange);
        progress.Advance();
        optimizer.Step();
        Times.Book(TrainingPhase.Optimizer);
        return rate;
    }

    /// <summary>The shards of a step that this process has, and their rows.</summary>
    private IEnumerable<(int Shard, int Count)> OwnShards(ShardPlan plan, int step)
    {
        (int first, int end) = plan.ShardsOf(processes.Rank);
        for (int shard = first; shard < end; shard++)
        {
            yield return (shard, plan.RowsOf(shard, RowsOf(step)).Count);
        }
    }

    /// <summary>Loss and right answers of the epoch over all processes.</summary>
    private (double LossSum, long Correct, long Rows) TotalsOfAll()
    {
        (double lossSum, long correct, long rows) = totals.Read();
        double[] all = processes.Gather<double>([lossSum, correct, rows]);
        return (
            all.Where((_, i) => i % 3 == 0).Sum(), (long)all.Where((_, i) => i % 3 == 1).Sum(),
            (long)all.Where((_, i) => i % 3 == 2).Sum());
    }

    private void SetShare(float own)
    {
        if (own != shareValue)
        {
            share!.CopyFrom([own]);
            shareValue = own;
        }
    }

    private void BeginEpoch()
    {
        Shuffle();
        totals.Reset();
        network.Progress.Rewind();
        network.Progress.SetEpoch(Epoch + 1);
    }

    private void Shuffle()
    {
        int[] shuffled = epochOrder.After(Epoch);
        int[] sizes = [.. Enumerable.Range(1, StepsPerEpoch).Select(RowsOf)];
        if (shards is not null)
        {
            (shuffled, sizes) = OwnPart(shards.Plan, shuffled);
        }

        // What other processes have leaves the end of the order unused.
        order.CopyFrom([.. shuffled, .. new int[train.Count - shuffled.Length]]);
        if (sizes.Length > 0)
        {
            train.Rows.Begin(shuffled, sizes);
        }
    }

    /// <summary>The rows of an epoch that this process trains on, and how many a shard has, in their order.</summary>
    private (int[] Rows, int[] Sizes) OwnPart(ShardPlan plan, int[] epoch)
    {
        List<int> rows = [];
        List<int> sizes = [];
        for (int step = 1; step <= StepsPerEpoch; step++)
        {
            foreach ((int shard, int count) in OwnShards(plan, step).Where(one => one.Count > 0))
            {
                int first = ((step - 1) * options.BatchSize) + plan.RowsOf(shard, RowsOf(step)).First;
                rows.AddRange(epoch.AsSpan(first, count));
                sizes.Add(count);
            }
        }

        return ([.. rows], [.. sizes]);
    }

    /// <summary>The step of the mini-batch that begins at a row of the order.</summary>
    private TrainingStep StepAt(int start) => StepOf(Math.Min(options.BatchSize, train.Count - start));

    private TrainingStep StepOf(int size)
    {
        if (!steps.TryGetValue(size, out TrainingStep? step))
        {
            BatchAugmenter? augmenter = options.Augmentation.IsOn || cropping is not null
                ? new BatchAugmenter(
                    network.Device, source!, options.Augmentation, (ulong)options.Seed, network.InputShape(size),
                    cropping)
                : null;
            var batch = new MiniBatch(
                network, size, training: true, totals, classWeights, options.LabelSmoothing, augmenter, planLoss,
                share);
            step = new TrainingStep(
                batch, optimizer, train, order, graphs, Times, progress == network.Progress ? null : progress);
            steps.Add(size, step);
        }

        return step;
    }

    /// <summary>Weight of a class: clips / (classes * clips of the class), as scikit-learn's "balanced".</summary>
    internal static float[] InverseShares(IEnumerable<int> labels, int classes)
    {
        int[] counts = new int[classes];
        int clips = 0;
        foreach (int label in labels)
        {
            counts[label]++;
            clips++;
        }

        return Array.ConvertAll(counts, count => count == 0 ? 0 : (float)clips / (classes * count));
    }
}
