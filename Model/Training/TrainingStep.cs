// One step of training, as Trainer and `nativecnn bench` do it: mini-batch in, forward, loss, backward, update.
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>
/// A training step for one mini-batch size, recorded and replayed where its graphs are on. What changes from step to
/// step (rows, learning rate, step number) is read from device memory: anything else would be frozen in a recording.
/// </summary>
internal sealed class TrainingStep
{
    private readonly MiniBatch batch;
    private readonly IOptimizer optimizer;
    private readonly IBatchLoad load;
    private readonly Tensor<int> order;
    private readonly TrainingTimes times;
    private readonly TrainingProgress? updates;
    private readonly RecordedStep recorded;
    private readonly RecordedStep recordedPart;

    /// <summary>Plans a step; nothing is launched yet.</summary>
    /// <param name="batch">The mini-batch, planned for training.</param>
    /// <param name="optimizer">Updates the network of the mini-batch.</param>
    /// <param name="set">The clips to learn from.</param>
    /// <param name="order">The order of their rows, [clips]; read from the training's position on.</param>
    /// <param name="graphs">Records and replays the step.</param>
    /// <param name="times">Where time, clips and operations are booked.</param>
    /// <param name="updates">The optimiser's own step number, where it does not step with each mini-batch.</param>
    public TrainingStep(
        MiniBatch batch, IOptimizer optimizer, FeatureSet set, Tensor<int> order, StepGraphs graphs,
        TrainingTimes times, TrainingProgress? updates = null)
    {
        this.batch = batch;
        this.optimizer = optimizer;
        this.order = order;
        load = batch.From(set, order);
        this.times = times;
        this.updates = updates;
        recorded = new RecordedStep(graphs, Step);
        recordedPart = new RecordedStep(graphs, Gradients);
    }

    /// <summary>What the step does it with.</summary>
    public MiniBatch Batch => batch;

    /// <summary>The network's plan.</summary>
    public NetworkPlan Plan => batch.Plan;

    /// <summary>Kernels that the step launches; 0 before it was first done, and where host bodies run.</summary>
    public long Launches => recorded.Launches;

    /// <summary>Does the step for the rows that are next.</summary>
    /// <param name="update">False leaves the gradients to be added to by the next mini-batch.</param>
    /// <returns>True where it was replayed as a graph.</returns>
    public bool Run(bool update = true)
    {
        load.Fetch();
        times.Book(TrainingPhase.Input);
        bool replayed = (update ? recorded : recordedPart).Run();
        if (replayed)
        {
            times.Book(TrainingPhase.Replay);
            times.ReplayedSteps++;
        }

        // While the device is busy with this step.
        load.Prefetch();
        times.Book(TrainingPhase.Input);
        times.LaunchesPerStep = Math.Max(times.LaunchesPerStep, recorded.Launches);
        times.Samples += Plan.Batch;
        times.Operations += Plan.Operations;
        return replayed;
    }

    /// <summary>Does the step for the rows that are next, kernel by kernel, before the eyes of an observer.</summary>
    /// <param name="observer">Looks on.</param>
    /// <param name="update">As <see cref="Run"/> has it.</param>
    public void RunObserved(IStepObserver observer, bool update = true)
    {
        load.Fetch();
        load.BeginStep();
        batch.Augment(order);
        times.Book(TrainingPhase.Input);
        observer.StepBegins();
        batch.RunObserved(observer);
        times.Book(TrainingPhase.Backward);
        if (update)
        {
            Update();
        }

        load.Prefetch();
        times.Book(TrainingPhase.Input);
        times.Samples += Plan.Batch;
        times.Operations += Plan.Operations;
    }

    private void Step()
    {
        Gradients();
        Update();
    }

    private void Gradients()
    {
        load.BeginStep();
        batch.Augment(order);
        times.Book(TrainingPhase.Input);
        batch.BeginForward();
        times.Book(TrainingPhase.Forward);
        batch.EndForward();
        batch.Backward();
        times.Book(TrainingPhase.Backward);
    }

    private void Update()
    {
        updates?.Advance();
        optimizer.Step();
        times.Book(TrainingPhase.Optimizer);
    }
}
