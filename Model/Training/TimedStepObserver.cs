using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Training;

/// <summary>Books what an observer takes apart from what the step takes.</summary>
/// <param name="observer">The observer.</param>
/// <param name="times">Where it is booked.</param>
internal sealed class TimedStepObserver(IStepObserver observer, TrainingTimes times) : IStepObserver
{
    /// <inheritdoc/>
    public bool Wants(int epoch, int stepOfEpoch, int stepsPerEpoch) =>
        observer.Wants(epoch, stepOfEpoch, stepsPerEpoch);

    /// <inheritdoc/>
    public void StepBegins()
    {
        times.Book(TrainingPhase.Input);
        observer.StepBegins();
        times.Book(TrainingPhase.Inspection);
    }

    /// <inheritdoc/>
    public void ForwardDone(PlannedStage stage)
    {
        times.Book(TrainingPhase.Forward);
        observer.ForwardDone(stage);
        times.Book(TrainingPhase.Inspection);
    }

    /// <inheritdoc/>
    public void BackwardBegins(PlannedStage stage)
    {
        times.Book(TrainingPhase.Backward);
        observer.BackwardBegins(stage);
        times.Book(TrainingPhase.Inspection);
    }

    /// <inheritdoc/>
    public void BackwardDone(PlannedStage stage)
    {
        times.Book(TrainingPhase.Backward);
        observer.BackwardDone(stage);
        times.Book(TrainingPhase.Inspection);
    }

    /// <inheritdoc/>
    public void StepEnds(NetworkPlan plan, int epoch, int stepOfEpoch, int stepsPerEpoch, float learningRate)
    {
        times.Book(TrainingPhase.Input);
        observer.StepEnds(plan, epoch, stepOfEpoch, stepsPerEpoch, learningRate);
        times.Book(TrainingPhase.Inspection);
    }
}
