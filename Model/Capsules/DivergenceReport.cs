// What is done once a training has diverged: the epoch under way is done again from the state before it, which training
// that repeats its bits makes possible, so that no step pays for it before.
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Capsules;

/// <summary>Finds the step and the operator of the first number that is not finite, and saves the step.</summary>
internal static class DivergenceReport
{
    /// <summary>Looks for the step, and writes <see cref="RunFolder.DivergedPath"/> where it is found.</summary>
    /// <param name="network">The network that diverged; it is as the step found it afterwards.</param>
    /// <param name="trainer">What trained it.</param>
    /// <param name="before">The state before the epoch.</param>
    /// <param name="config">The run's choices.</param>
    /// <param name="run">The run folder.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <returns>What was found, in one line.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static string Write(
        Network network, Trainer trainer, Checkpoint before, RunConfig config, RunFolder run,
        CancellationToken cancellation)
    {
        try
        {
            TrainedStep? found = trainer.FindDivergedStep(before, cancellation);
            if (found is null)
            {
                return $"epoch {before.Epoch + 1} was done again, and every number of its steps is finite: what is " +
                    "not was made by the validation, or not by these numbers";
            }

            string step = string.Create(
                CultureInfo.InvariantCulture, $"step {found.StepOfEpoch} of epoch {found.Epoch}");
            if (StepCapture.WhyNot(config) is { } why)
            {
                return $"the first number that is not finite is of {step}, which is not kept: {why}";
            }

            StepCapsule capsule = StepCapture.Of(network, found, config, run.Root);
            NonFiniteOrigin? origin = NonFiniteOrigin.Of(network.Device, capsule) is { } one ? Named(one, found) : null;
            capsule.Save(run.DivergedPath);
            string saved = $"the step is in '{run.DivergedPath}': nativecnn step --replay {run.DivergedPath}";
            return origin is null
                ? $"the first number that is not finite is of {step}, but not where each layer runs by itself; {saved}"
                : $"the first number that is not finite is of {step}, {origin.Sentence}; {saved}";
        }
        catch (Exception error) when (error is IOException or DeviceMemoryException or NetworkSpecException
            or SafeTensorsException or NotSupportedException)
        {
            return $"the step of the first number that is not finite could not be kept: {error.Message}";
        }
    }

    /// <summary>A clip by its file, where the input has the number.</summary>
    private static NonFiniteOrigin Named(NonFiniteOrigin origin, TrainedStep step)
    {
        int clip = (int)((long)origin.Index * step.Targets.Length / step.Input.Length);
        return origin.Tensor == StepExecution.Input && step.Clips[clip].Length > 0
            ? origin with { Made = $"the clip '{step.Clips[clip]}' has it" }
            : origin;
    }
}
