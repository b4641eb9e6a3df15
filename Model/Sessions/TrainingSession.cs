// One training run from data to run folder: what `nativecnn train` does.
using System.Diagnostics;
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Clusters;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Inspection;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Recipes;
using NativeCnn.Model.Reports;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Sessions;

/// <summary>Trains a classifier on a data set and leaves a run folder.</summary>
public static class TrainingSession
{
    /// <summary>Trains until the last epoch, or until cancelled; the run folder is whole at any moment.</summary>
    /// <param name="device">Where to train.</param>
    /// <param name="config">All choices.</param>
    /// <param name="clips">The data and its reader.</param>
    /// <param name="folder">The run folder: made anew, or one to go on with.</param>
    /// <param name="resume">True goes on from the folder's checkpoint.</param>
    /// <param name="observer">Told how it goes.</param>
    /// <param name="cancellation">Stops after the mini-batch under way.</param>
    /// <exception cref="DataSetException">The data cannot be used.</exception>
    /// <exception cref="NetworkSpecException">The network does not fit the features.</exception>
    /// <exception cref="RunException">The run folder cannot be made or resumed.</exception>
    /// <exception cref="TrainingDivergedException">
    /// A loss or a weight is not finite; the best weights before are kept.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static TrainingResult Run(
        ComputeDevice device, RunConfig config, ClipSource clips, string folder, bool resume,
        ITrainingObserver observer, CancellationToken cancellation = default) =>
        Run(device, config, clips, folder, resume, observer, new SingleProcess(), cancellation);

    /// <summary>Trains as the other <c>Run</c>, together with other processes that call it too.</summary>
    /// <param name="device">Where this process trains.</param>
    /// <param name="config">All choices; those of the first process are kept.</param>
    /// <param name="clips">The data and its reader.</param>
    /// <param name="folder">The run folder: the first process writes it; to resume, all read it.</param>
    /// <param name="resume">True goes on from the folder's checkpoint.</param>
    /// <param name="observer">Told how it goes.</param>
    /// <param name="processes">Who trains together.</param>
    /// <param name="cancellation">Stops all after the step under way.</param>
    /// <exception cref="ClusterException">
    /// The processes have not the same data and settings, there are more than shards, or one of them ended.
    /// </exception>
    public static TrainingResult Run(
        ComputeDevice device, RunConfig config, ClipSource clips, string folder, bool resume,
        ITrainingObserver observer, ICollective processes, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(processes);
        device.Remarked += observer.Remark;
        try
        {
            return Train(device, config, clips, folder, resume, observer, processes, cancellation);
        }
        finally
        {
            device.Remarked -= observer.Remark;
        }
    }

    /// <summary>The share of a limit in time that is for epochs; what is left is for slower ones and the end.</summary>
    private const double ShareOfEpochs = 0.92;

    private static TrainingResult Train(
        ComputeDevice device, RunConfig config, ClipSource clips, string folder, bool resume,
        ITrainingObserver observer, ICollective processes, CancellationToken cancellation)
    {
        var stopwatch = Stopwatch.StartNew();
        config.Training.Validate();
        config.Features.Validate();
        if (config.Inspect is not null && config.Training.Shards > 0)
        {
            throw new RunException(
                "steps of shards (--shards, several processes) are not recorded: leave --inspect out");
        }

        if (processes.Count > 1)
        {
            processes.ExpectSame(Agreement.Of(config, clips));
        }

        if (resume)
        {
            AugmentationRecordings.ExpectUnchanged(config);
            SharedClips.KnowContents(processes, clips, cancellation);
        }

        using RunLock? alone = processes.OnFirst(() => RunLock.Take(folder));
        Split split = SplitOf(clips, config, resume ? folder : null, observer.Remark, cancellation);
        if (!resume && config.Training is { Presentations: > 0, Minutes: 0 } asked)
        {
            int fitted = asked.EpochsOf(split.Train.Length, config.Labels.Count);
            config = config with { Training = asked with { Epochs = fitted, Presentations = 0 } };
            long shown = (long)fitted * split.Train.Length / config.Labels.Count;
            observer.Remark(
                $"{fitted} epochs: about {shown} presentations of a class (the recipe asks for {asked.Presentations} " +
                $"in at most {asked.Epochs} epochs; --epochs sets a number)");
        }

        (Network network, FeatureSet train, FeatureSet validation, Normalizer normalizer, Trainer trainer) =
            Prepare(device, config, clips, split, begun: resume, observer, processes, cancellation);
        TimeSpan? limit = resume || config.Training.Minutes == 0
            ? null
            : TimeSpan.FromMinutes(config.Training.Minutes);
        if (limit is { } time)
        {
            (int epochs, TimeSpan each) = trainer.FitEpochs((time - stopwatch.Elapsed) * ShareOfEpochs, cancellation);
            config = config with { Training = config.Training with { Epochs = epochs, Minutes = 0 } };
            observer.Remark(string.Create(
                CultureInfo.InvariantCulture,
                $"{epochs} epochs of {each.TotalSeconds:0.00} s fit into the {time.TotalMinutes:0.##} minutes ") +
                "(--minutes)");
        }

        SplitRecord record = SplitRecord.Of(clips.DataSet, split, clips.Reader, cancellation);
        string[] notes = [.. record.Notes, .. SplitNotes.Of(clips.DataSet, split, config.GroupBy)];
        Array.ForEach(notes, observer.Remark);

        bool writes = processes.IsFirst();
        RunFolder run = processes.OnFirst(() => Begin(folder, resume, config, record)) ?? RunFolder.At(folder);

        var model = new TrainedModel(config, network, normalizer);
        EpochMetrics? lastMetrics = null;
        Checkpoint before;
        if (resume)
        {
            before = Checkpoint.Load(run.CheckpointFile);
            if (Divergence.WhatIsNotFinite(before) is { } what)
            {
                throw new CheckpointException(
                    $"the run '{folder}' diverged: in its checkpoint {what} are not all finite; train anew with a "
                    + "lower --learning-rate");
            }

            trainer.Resume(before);
            lastMetrics = before.Metrics;
        }
        else
        {
            before = trainer.Capture();
        }

        SkippedClip[] skipped = [.. train.Skipped, .. validation.Skipped];
        if (skipped.Length > 0)
        {
            observer.Skipped(skipped);
        }

        observer.Started(new TrainingOutline(
            clips.DataSet.Source, device.Info.Selector, config.Labels.Count, train.Count, validation.Count,
            config.Input.ToArray(), network.Parameters.Count, config.Training.Epochs, trainer.Epoch + 1)
        {
            Folder = folder,
        });
        using MetricsLog? log = writes ? new MetricsLog(run.MetricsPath, trainer.Epoch, lastMetrics) : null;
        if (writes)
        {
            InspectionLog.Trim(run.InspectPath, trainer.Epoch);
        }

        StepInspector? inspector = config.Inspect is { } every ? new StepInspector(network, every) : null;
        trainer.Observer = inspector;
        RunReports? reports = !writes ? null : new RunReports(
            run, config, clips, split, record, train, validation, trainer, network,
            trainer.Epoch > 0 ? MetricsLog.Read(run.MetricsPath) : [])
        {
            Notes = [.. clips.DataSet.Notes, .. notes],
        };
        bool isLate = false;
        int pause = Math.Min(config.PauseAfter ?? int.MaxValue, config.Training.Epochs);
        Checkpoint? unsaved = null;
        while (trainer.Epoch < pause && !trainer.IsOutOfPatience && !isLate)
        {
            TimeSpan began = stopwatch.Elapsed;
            int epoch = trainer.Epoch + 1;
            EpochMetrics metrics;
            Checkpoint state;
            try
            {
                metrics = trainer.RunEpoch(
                    step => observer.StepDone(epoch, step, trainer.StepsPerEpoch), cancellation);
                trainer.Times.Start();
                state = trainer.Capture() with { Metrics = metrics with { Seconds = null } };
                Divergence.RefuseState(state, config.Training);
            }
            catch (OperationCanceledException)
            {
                unsaved?.Save(run.CheckpointFile);
                reports?.Interrupted();
                throw;
            }
            catch (TrainingDivergedException)
            {
                if (writes)
                {
                    unsaved?.Save(run.CheckpointFile);
                    reports!.Diverged();
                    InspectionLog.Append(run.InspectPath, inspector?.Take() ?? []);
                    observer.Remark(DivergenceReport.Write(network, trainer, before, config, run, cancellation));
                }

                throw;
            }

            if (trainer.BestEpoch == epoch)
            {
                model.Thresholds = trainer.Thresholds;
                if (writes)
                {
                    trainer.WithValidated(() => model.SaveWeights(run.ModelPath));
                }
            }

            if (inspector is not null)
            {
                trainer.Times.Book(TrainingPhase.Output);
                InspectionLog.Append(run.InspectPath, inspector.Take());
                trainer.Times.Book(TrainingPhase.Inspection);
            }

            before = state;
            if (writes)
            {
                unsaved = state;
                if (epoch % config.CheckpointEvery == 0)
                {
                    state.Save(run.CheckpointFile);
                    unsaved = null;
                }

                log!.Append(metrics);
                reports!.EpochDone(metrics);
            }

            trainer.Times.Book(TrainingPhase.Output);
            observer.EpochDone(metrics, trainer.BestEpoch == epoch);
            isLate = limit is not null && processes.Gather<byte>(
                [stopwatch.Elapsed + (stopwatch.Elapsed - began) > limit ? (byte)1 : (byte)0])[0] != 0;
        }

        unsaved?.Save(run.CheckpointFile);
        if (processes.Count > 1)
        {
            trainer.Times.SumOver(processes);
        }

        if (trainer.Epoch < pause)
        {
            string why = trainer.IsOutOfPatience
                ? $"no validation was better than that of epoch {trainer.BestEpoch}; --patience sets for how many " +
                    "epochs that may be"
                : "epochs took longer than their first steps, and another would have passed the limit (--minutes)";
            observer.Remark($"stopped after epoch {trainer.Epoch} of {config.Training.Epochs}: {why}");
        }

        trainer.RestoreBest();
        Measured best = trainer.Measure(config.Labels);
        model.Thresholds = best.Thresholds;
        if (writes)
        {
            model.SaveWeights(run.ModelPath);
            Prove(model, ProofClips.Of(config, validation.Clips, clips.Reader, cancellation), run, observer);
            reports!.Finished(best);
        }

        processes.Barrier();
        return new TrainingResult(folder, trainer.BestEpoch, best.Score, best.Report, skipped, trainer.Times)
        {
            Confusion = best.Confusion,
            LastConfusion = trainer.Last?.Predictions.ToConfusion(),
        };
    }

    private static void Prove(
        TrainedModel model, IReadOnlyList<ProofClip> clips, RunFolder run, ITrainingObserver observer)
    {
        try
        {
            ModelProof.Of(model, clips).Save(run.ProofPath);
        }
        catch (DeviceMemoryException error)
        {
            observer.Remark($"the run has no {ModelProof.FileName} for `nativecnn verify`: {error.Message}");
        }
    }

    /// <summary>Makes the run folder, or opens one to go on with, and writes what a run is known by.</summary>
    private static RunFolder Begin(string folder, bool resume, RunConfig config, SplitRecord record)
    {
        RunFolder run = resume ? RunFolder.OpenToResume(folder) : RunFolder.Create(folder);
        if (!resume)
        {
            // What an earlier run left would not fit the configuration of this one.
            File.Delete(run.ModelPath);
            File.Delete(run.CheckpointFile);
            File.Delete(run.DivergedPath);
            File.Delete(run.InspectPath);
            File.Delete(run.EventsPath);
            File.Delete(run.ReportPath);
        }

        // It is of the weights that a training ended with.
        File.Delete(run.ProofPath);

        // First: a folder with this file is a run, whatever else a killed process did not come to write.
        config.Save(run.ConfigPath);
        record.Save(run.SplitPath);
        Recipe.Of(config).Save(run.RecipePath);
        return run;
    }

    /// <summary>
    /// Does a run again up to a step, from its checkpoint or, for an earlier step, from its beginning.
    /// </summary>
    /// <returns>The network as the step found it, and what the step was given.</returns>
    /// <exception cref="RunException">The run has no such step, or no checkpoint.</exception>
    internal static (Network Network, TrainedStep Step) StepOf(
        ComputeDevice device, RunConfig config, ClipSource clips, string folder, int step, ITrainingObserver observer,
        CancellationToken cancellation)
    {
        AugmentationRecordings.ExpectUnchanged(config);
        var checkpoint = Checkpoint.Load(RunFolder.OpenToResume(folder).CheckpointFile);
        Split split = SplitOf(clips, config, folder, observer.Remark, cancellation);
        int ofEpoch = (split.Train.Length + config.Training.BatchSize - 1) / config.Training.BatchSize;
        int all = ofEpoch * config.Training.Epochs;
        if (step < 1 || step > all)
        {
            throw new RunException(
                $"the run '{folder}' has {all} steps, {ofEpoch} an epoch: there is no step {step} of it");
        }

        bool later = step > checkpoint.Step && Divergence.WhatIsNotFinite(checkpoint) is null;
        Prepared ready = Prepare(
            device, config, clips, split, begun: later, observer, new SingleProcess(), cancellation);
        if (later)
        {
            ready.Trainer.Resume(checkpoint);
        }

        while ((ready.Trainer.Epoch + 1) * ready.Trainer.StepsPerEpoch < step)
        {
            int epoch = ready.Trainer.Epoch + 1;
            ready.Trainer.RunEpoch(
                done => observer.StepDone(epoch, done, ready.Trainer.StepsPerEpoch), cancellation);
        }

        return (ready.Network, ready.Trainer.FindStep(
            ready.Trainer.Capture(), step - (ready.Trainer.Epoch * ready.Trainer.StepsPerEpoch), cancellation));
    }

    /// <summary>Network, features and trainer; the weights are left to a checkpoint where it was begun.</summary>
    private static Prepared Prepare(
        ComputeDevice device, RunConfig config, ClipSource clips, Split split, bool begun, ITrainingObserver observer,
        ICollective processes, CancellationToken cancellation)
    {
        // What it takes is known before anything is taken; a resumed run's weights come from its checkpoint.
        var network = Network.Planned(
            device,
            new NetworkGraph(
                config.Model, config.Input, config.Labels.Count),
            (ulong)config.Training.Seed);
        network.ExpectRoom(Math.Min(config.Training.BatchSize, split.Train.Length), training: true);
        network.Begin(begun ? null : config.Model.Initializer);
        if (!begun && config.Init is not null)
        {
            observer.Remark(InitialWeights.Take(network, config));
        }

        var featureClock = new TrainingTimes();
        (FeatureSet train, FeatureSet validation) = ComputeFeatures(
            device, config, clips, split, observer, processes, cancellation);
        ExpectEveryClass(split.Train, clips.DataSet, train);
        foreach (string line in ClipRemark.Lines([.. train.Remarks, .. validation.Remarks])
            .Concat(UnheardSound.Lines([.. train.Seconds, .. validation.Seconds], config.Format)))
        {
            observer.Remark(line);
        }

        Normalizer normalizer = train.FitNormalizer(config.Format);
        train.Normalize(normalizer);
        validation.Normalize(normalizer);
        device.Synchronize();
        featureClock.Book(TrainingPhase.Features);
        var graphs = new StepGraphs(device, config.Graph, observer.Remark);
        var trainer = new Trainer(
            network, train, validation, config.Training, graphs, AugmentationRecordings.AddTo(
                device, config, new FeatureSource(config.Format, normalizer), observer.Remark),
            labelSets: clips.DataSet.LabelSets, processes: processes,
            devices: processes.Count > 1 ? processes.Connect(device, observer.Remark) : null);
        if (trainer.SamplingNote is { } sampling)
        {
            observer.Remark(sampling);
        }

        trainer.Times.Add(featureClock);
        return new Prepared(network, train, validation, normalizer, trainer);
    }

    /// <summary>The split of the run in a folder to go on with, else the one that the configuration asks for.</summary>
    internal static Split SplitOf(
        ClipSource clips, RunConfig config, string? resumed, Action<string> remark, CancellationToken cancellation)
    {
        if (resumed is null)
        {
            return SplitOf(clips.DataSet, config);
        }

        if (SplitRecord.TryLoad(RunFolder.OpenToResume(resumed).SplitPath) is { } record)
        {
            return record.Restore(clips.DataSet, clips.Reader, config.AcceptChanges, remark, cancellation);
        }

        remark(
            "the run is of a version that recorded no split: it is drawn anew, and whether the data changed since "
            + "cannot be checked");
        return SplitOf(clips.DataSet, config);
    }

    private static Split SplitOf(DataSet data, RunConfig config)
    {
        if (config.ValidationGroup is not { } group)
        {
            return Splits.Of(
                data, config.Training.ValidationFraction, config.Training.Seed, config.GroupBy,
                redraw: !config.OwnSplit);
        }

        string[] groups = GroupBy.Of(data, config.GroupBy ?? GroupBy.Prefix);
        return Splits.LeaveOneGroupOut(data, groups).FirstOrDefault(fold => fold.Group == group)?.Split
            ?? throw new DataSetException($"there is no group '{group}' in '{data.Source}' any more");
    }

    /// <summary>A class of which no clip could be read would be a class that the network is never trained on.</summary>
    private static void ExpectEveryClass(int[] wanted, DataSet data, FeatureSet read)
    {
        HashSet<int> trained = [.. read.Clips.SelectMany(data.LabelsOf)];
        if (wanted.Select(i => data.Entries[i]).FirstOrDefault(
            entry => data.LabelsOf(entry).Any(label => !trained.Contains(label))) is { } missing)
        {
            string name = data.Labels[data.LabelsOf(missing).First(label => !trained.Contains(label))];
            throw new DataSetException(
                $"not one clip of the class '{name}' could be read to train on; mend it or take it out. " +
                $"The first: {read.Skipped.First(skipped => skipped.Path == missing.Path).Reason}");
        }
    }

    private static (FeatureSet Train, FeatureSet Validation) ComputeFeatures(
        ComputeDevice device, RunConfig config, ClipSource clips, Split split, ITrainingObserver observer,
        ICollective processes, CancellationToken cancellation)
    {
        int total = split.Train.Length + split.Validation.Length;
        bool keepsSound = config.Training.Augmentation.ChangesSound;
        FeatureMemory memory = FeaturePlacement.Of(
            config.FeatureMemory, device, total,
            keepsSound ? config.ClipSamples : config.Format.Channels * config.Format.Frames);
        if (FeaturePlacement.Describe(memory) is { } where)
        {
            observer.Remark(where);
        }

        // Where some have no cache, none uses one: all take the same way.
        FeatureCache? cache = processes.Gather<byte>([clips.Cache is null ? (byte)0 : (byte)1]).Contains((byte)0)
            ? null
            : clips.Cache;
        if (cache is not null && clips.Reader.IdentifiesClips && processes.Count > 1)
        {
            FillCache();
        }

        FeatureSet train = Part(split.Train, 0, keepsSound, memory);
        return (train, Part(split.Validation, split.Train.Length, keepSamples: false, memory));

        // Each process of a machine reads its share of the clips; then all find all of them in the cache. Sound is not
        // kept there.
        void FillCache()
        {
            (int place, int count) = processes.OnThisMachine();
            foreach ((int[] all, int before) in new[] { (split.Train, 0), (split.Validation, split.Train.Length) })
            {
                int[] share = [.. all.Where((_, i) => i % count == place)];
                if (count > 1 && share.Length > 0 && !(keepsSound && all == split.Train))
                {
                    Part(share, before, keepSamples: false, FeatureMemory.Disk);
                }
            }

            processes.Barrier();
        }

        FeatureSet Part(int[] indices, int before, bool keepSamples, FeatureMemory place) => FeatureSet.Compute(
            device, [.. indices.Select(i => clips.DataSet.Entries[i])], clips.Reader, config.Format,
            new FeatureSetOptions
            {
                Done = done => observer.FeaturesComputed(before + done, total),
                Cache = cache,
                Memory = place,
                KeepSamples = keepSamples,
                Share = SharedClips.Of(processes),
            },
            cancellation);
    }

    /// <summary>All that training needs.</summary>
    private sealed record Prepared(
        Network Network, FeatureSet Train, FeatureSet Validation, Normalizer Normalizer, Trainer Trainer);
}
