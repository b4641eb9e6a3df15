// Training that diverged: found where an epoch's numbers are read back anyway, so that no step waits for it.

using System.Globalization;
using System.Numerics.Tensors;

namespace NativeCnn.Model.Training;

/// <summary>Looks for what is not finite.</summary>
internal static class Divergence
{
    // A rate at which hardly anything diverges, whatever the optimiser.
    private const double SafeRate = 0.01;

    /// <summary>Refuses the losses of an epoch.</summary>
    /// <param name="loss">The sum of training losses.</param>
    /// <param name="rowsBefore">Rows before the first loss that is not finite.</param>
    /// <param name="validationLoss">The mean over the validation clips.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="bestEpoch">The best epoch before it; 0 for none.</param>
    /// <param name="options">How it was trained.</param>
    /// <exception cref="TrainingDivergedException">One is not finite.</exception>
    internal static void RefuseLosses(
        double loss, long rowsBefore, double validationLoss, int epoch, int bestEpoch, TrainingOptions options)
    {
        if (!double.IsFinite(loss))
        {
            throw Error(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the loss of step {(rowsBefore / options.BatchSize) + 1} in epoch {epoch} is not finite"),
                bestEpoch, options);
        }

        if (!double.IsFinite(validationLoss))
        {
            throw Error($"the validation loss of epoch {epoch} is not finite", bestEpoch, options);
        }
    }

    /// <summary>Refuses the state after an epoch.</summary>
    /// <param name="state">What would be written.</param>
    /// <param name="options">How it was trained.</param>
    /// <exception cref="TrainingDivergedException">A number in it is not finite.</exception>
    internal static void RefuseState(Checkpoint state, TrainingOptions options)
    {
        if (WhatIsNotFinite(state) is { } what)
        {
            int best = state.BestEpoch == state.Epoch ? 0 : state.BestEpoch;
            throw Error($"{what} after epoch {state.Epoch} are not all finite", best, options);
        }
    }

    /// <summary>What of a state is not all finite, or null.</summary>
    internal static string? WhatIsNotFinite(Checkpoint state) =>
        !AreFinite(state.Values) || !AreFinite(state.BestValues) ? "the weights"
        : !AreFinite(state.State) || !AreFinite(state.BestState) ? "the running statistics"
        : state.OptimizerState.Any(one => !AreFinite(one.Value)) ? "the optimiser's moments"
        : null;

    /// <summary>Whether all values are finite; true for none.</summary>
    internal static bool AreFinite(ReadOnlySpan<float> values) =>
        values.IsEmpty || TensorPrimitives.IsFiniteAll(values);

    private static TrainingDivergedException Error(string what, int bestEpoch, TrainingOptions options)
    {
        double rate = Math.Min(options.LearningRate / 10, SafeRate);
        return new(string.Create(
            CultureInfo.InvariantCulture,
            $"training diverged: {what}; lower the learning rate of {options.LearningRate:0.######} "
            + $"(--learning-rate {rate:0.#########})")
            + (bestEpoch > 0 ? $"; the weights of epoch {bestEpoch}, the best so far, are kept"
                : "; there are no weights worth keeping"));
    }
}
