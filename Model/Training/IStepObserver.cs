using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Training;

/// <summary>
/// Looks at some steps of a training while they are done: each stage's output after it went forward, its gradients
/// before and after it goes back. It changes nothing.
/// </summary>
internal interface IStepObserver
{
    /// <summary>Whether a step is looked at; the others are done as if there were no observer.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="stepOfEpoch">The step's place in it, from 1.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    bool Wants(int epoch, int stepOfEpoch, int stepsPerEpoch);

    /// <summary>The mini-batch is there; nothing is computed yet.</summary>
    void StepBegins();

    /// <summary>The stage's output was computed.</summary>
    void ForwardDone(PlannedStage stage);

    /// <summary>The gradient of the stage's output is there.</summary>
    void BackwardBegins(PlannedStage stage);

    /// <summary>The gradients of what the stage learns are there.</summary>
    void BackwardDone(PlannedStage stage);

    /// <summary>The optimiser has moved the parameters.</summary>
    /// <param name="plan">The network's plan.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="stepOfEpoch">The step's place in it, from 1.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <param name="learningRate">The step's learning rate.</param>
    void StepEnds(NetworkPlan plan, int epoch, int stepOfEpoch, int stepsPerEpoch, float learningRate);
}
