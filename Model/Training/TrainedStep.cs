namespace NativeCnn.Model.Training;

/// <summary>One training step of a run, and what it was given.</summary>
/// <remarks>Immutable: may be shared between threads while nobody changes the arrays.</remarks>
/// <param name="Epoch">Its epoch, from 1.</param>
/// <param name="StepOfEpoch">Its place in the epoch, from 1.</param>
/// <param name="Step">The step as dropout and optimiser count it, from 1.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="Input">The mini-batch as the network took it, augmented, [B, C, T].</param>
/// <param name="Targets">The class of each clip, [B].</param>
/// <param name="MixedTargets">The classes that mixup mixed in, [B]; null without.</param>
/// <param name="MixedShares">Their shares, [B]; null without.</param>
/// <param name="ClassWeights">The weight of each class; null without.</param>
/// <param name="OptimizerState">The optimiser's buffers before the step, flat.</param>
/// <param name="Clips">The clips' paths, in the order of the mini-batch.</param>
internal sealed record TrainedStep(
    int Epoch, int StepOfEpoch, int Step, float LearningRate, float[] Input, int[] Targets, int[]? MixedTargets,
    float[]? MixedShares, float[]? ClassWeights, IReadOnlyDictionary<string, float[]> OptimizerState,
    IReadOnlyList<string> Clips);
