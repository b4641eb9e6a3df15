namespace NativeCnn.Model.Training;

/// <summary>Where a training is, as far as a learning rate schedule asks.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Step">Steps of the optimiser done before.</param>
/// <param name="Steps">Steps of the whole training.</param>
/// <param name="Epoch">Epochs done before.</param>
/// <param name="StepsPerEpoch">Steps of an epoch.</param>
/// <param name="Reductions">How often the loss stood still for long, see <see cref="LossPlateau"/>.</param>
public readonly record struct SchedulePlace(long Step, long Steps, int Epoch, int StepsPerEpoch, int Reductions = 0);
