// What recorded steps are warned of. Each threshold is one constant with its source; a warning is one entry of `Rules`.
using System.Globalization;

namespace NativeCnn.Model.Inspection;

/// <summary>Finds what is odd about recorded steps.</summary>
public static class InspectionWarnings
{
    /// <summary>
    /// The largest share of dead ReLUs: "as much as 40% of your network can be dead if the learning rate is set too
    /// high" (Stanford CS231n, notes on neural networks, part 1).
    /// </summary>
    public const double MostDead = 0.4;

    /// <summary>
    /// The largest share of saturated sigmoids or tanhs. Half is our choice; that a saturated layer stops what is
    /// before it from learning is shown in Glorot and Bengio, "Understanding the difficulty of training deep
    /// feedforward neural networks" (2010), section 3.
    /// </summary>
    public const double MostSaturated = 0.5;

    /// <summary>
    /// The least norm of an update by that of the weights: a decade below the 1e-3 of Stanford CS231n, notes on neural
    /// networks, part 3. It is asked only where the learning rate is a tenth of the largest recorded one or more.
    /// </summary>
    public const double LeastUpdate = 1e-4;

    /// <summary>The largest norm of an update by that of the weights: two decades above the same 1e-3.</summary>
    public const double MostUpdate = 1e-1;

    /// <summary>
    /// How far the norms of the gradients at the first and at the last layer may be apart. That they should be of one
    /// size: Glorot and Bengio (2010), section 4.2; Pascanu, Mikolov and Bengio, "On the difficulty of training
    /// recurrent neural networks" (2013), for what becomes of it else. Three decades are our choice.
    /// </summary>
    public const double MostGradientRatio = 1e3;

    /// <summary>
    /// The largest share of clips of the first recorded step whose largest probability is above 0.99: a softmax that is
    /// saturated before anything is learnt has logits that are too large (Karpathy, "A recipe for training neural
    /// networks", 2019, on the loss at the beginning). The number is our choice.
    /// </summary>
    public const double MostDecided = 0.5;

    /// <summary>Every warning of recorded steps, in the order of their first steps.</summary>
    public static IReadOnlyList<InspectionWarning> Of(IReadOnlyList<StepInspection> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        float rate = steps.Select(step => step.LearningRate).DefaultIfEmpty().Max();
        return
        [
            .. steps.SelectMany((step, number) => Rules(step, rate, isFirst: number == 0).Select(one => (step, one)))
                .GroupBy(found => (found.one.Kind, found.one.Place))
                .Select(group => new InspectionWarning(
                    group.Key.Kind, group.Key.Place, group.Last().one.Text,
                    (group.First().step.Epoch, group.Last().step.Epoch),
                    group.Select(found => found.step).Distinct().Count(), steps.Count)),
        ];
    }

    private static IEnumerable<(string Kind, string Place, string Text)> Rules(
        StepInspection step, float topRate, bool isFirst)
    {
        (string Place, TensorSummary Values)[] broken = [.. Summaries(step).Where(one => one.Values.NonFinite > 0)];
        if (broken.Length > 0)
        {
            (string place, TensorSummary values) = broken[0];
            yield return (
                "non_finite", place, $"{values.NonFinite} of {values.Count} values are not finite" +
                (broken.Length > 1 ? $", and of {broken.Length - 1} tensors after it" : ""));
        }

        foreach (StageInspection stage in step.Stages)
        {
            if (stage.Dead > MostDead)
            {
                yield return (
                    "dead_relu", stage.Name,
                    $"{Percent(stage.Dead.Value)} of {stage.Units} units were 0 for the whole mini-batch, more than " +
                    $"{Percent(MostDead)}; a lower learning rate helps");
            }

            if (stage.Saturated > MostSaturated)
            {
                yield return (
                    "saturated", stage.Name,
                    $"{Percent(stage.Saturated.Value)} of its values are within 0.01 of an end, more than " +
                    $"{Percent(MostSaturated)}: hardly any gradient passes");
            }

            foreach (ParameterInspection one in stage.Parameters.Where(one => one.Shape.Count > 1))
            {
                if (one.Update > MostUpdate)
                {
                    yield return (
                        "large_update", one.Name,
                        $"a step changed it by {Number(one.Update.Value)} of its norm, more than " +
                        $"{Number(MostUpdate)}: lower the learning rate");
                }
                else if (one.Update < LeastUpdate && step.LearningRate >= topRate / 10)
                {
                    yield return (
                        "small_update", one.Name,
                        $"a step changed it by {Number(one.Update.Value)} of its norm, less than " +
                        $"{Number(LeastUpdate)}: it hardly learns; raise the learning rate");
                }
            }
        }

        StageInspection[] learning = [.. step.Stages.Where(stage => NormOf(stage) > 0)];
        if (learning.Length > 1 && NormOf(learning[0]) / NormOf(learning[^1]) is var ratio &&
            ratio is > MostGradientRatio or < 1 / MostGradientRatio)
        {
            yield return (
                ratio > 1 ? "exploding_gradient" : "vanishing_gradient", learning[0].Name,
                $"the norm of the gradient is {Number(NormOf(learning[^1]))} at {learning[^1].Name} and " +
                $"{Number(NormOf(learning[0]))} here, {(ratio > 1 ? "more" : "less")} by more than a factor of " +
                Number(MostGradientRatio));
        }

        if (isFirst && step.Decided > MostDecided)
        {
            yield return (
                "saturated_softmax", "softmax",
                $"{Percent(step.Decided)} of the clips of the first recorded step have a probability above 0.99, " +
                $"more than {Percent(MostDecided)}: the logits are too large at the beginning");
        }
    }

    /// <summary>Every tensor of a step in the order in which a step computes them.</summary>
    private static IEnumerable<(string Place, TensorSummary Values)> Summaries(StepInspection step)
    {
        foreach (StageInspection stage in step.Stages)
        {
            foreach (ParameterInspection one in stage.Parameters)
            {
                yield return (one.Name, one.Value);
            }

            yield return ($"output of {stage.Name}", stage.Output);
        }

        foreach (StageInspection stage in step.Stages.Reverse())
        {
            if (stage.Gradient is { } gradient)
            {
                yield return ($"gradient of {stage.Name}", gradient);
            }

            foreach (ParameterInspection one in stage.Parameters)
            {
                yield return ($"gradient of {one.Name}", one.Gradient);
            }
        }
    }

    private static double NormOf(StageInspection stage) =>
        stage.Gradient is { } gradient ? gradient.Rms * Math.Sqrt(gradient.Count) : 0;

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
