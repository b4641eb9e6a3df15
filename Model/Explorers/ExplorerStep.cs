namespace NativeCnn.Model.Explorers;

/// <summary>A step of a recording.</summary>
/// <param name="Number">The step, counted from 1 at the beginning of the training.</param>
/// <param name="Loss">The mini-batch's loss.</param>
/// <param name="Before">What is kept of the parameters before the step.</param>
/// <param name="After">The same after it.</param>
/// <param name="Signals">What is kept of what it computed.</param>
internal sealed record ExplorerStep(int Number, float Loss, float[] Before, float[] After, float[] Signals);
