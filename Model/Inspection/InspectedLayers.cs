// Recorded steps as rows of a table, for the terminal and for the page.
using System.Globalization;

namespace NativeCnn.Model.Inspection;

/// <summary>What is shown of a layer in a recorded step.</summary>
public static class InspectedLayers
{
    /// <summary>The titles of <see cref="Cells"/>.</summary>
    public static IReadOnlyList<string> Headings { get; } =
        ["epoch", "step", "output", "d output", "dead", "satur.", "weight", "d weight", "update"];

    /// <summary>The last recorded step of each epoch.</summary>
    public static StepInspection[] LastOfEpochs(IReadOnlyList<StepInspection> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        return [.. steps.GroupBy(step => step.Epoch).Select(epoch => epoch.Last())];
    }

    /// <summary>
    /// A layer's figures: root mean squares of its output, of its weights (its first parameter) and of their gradients;
    /// the shares of dead and of saturated units; the update by the weights. A dash where there is none.
    /// </summary>
    public static string[] Cells(StepInspection step, StageInspection stage)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(stage);
        ParameterInspection? weight = stage.Parameters.FirstOrDefault(one => one.Shape.Count > 1)
            ?? (stage.Parameters.Count > 0 ? stage.Parameters[0] : null);
        return
        [
            step.Epoch.ToString(CultureInfo.InvariantCulture), step.Step.ToString(CultureInfo.InvariantCulture),
            Rms(stage.Output), Rms(stage.Gradient), Percent(stage.Dead), Percent(stage.Saturated),
            Rms(weight?.Value), Rms(weight?.Gradient), Number(weight?.Update),
        ];
    }

    /// <summary>Every tensor of a step by a name, such as <c>d conv1.weight</c> for a gradient.</summary>
    public static IEnumerable<(string Name, TensorSummary Values)> SummariesOf(StepInspection step)
    {
        ArgumentNullException.ThrowIfNull(step);
        foreach (StageInspection stage in step.Stages)
        {
            yield return (stage.Name, stage.Output);
            if (stage.Gradient is { } gradient)
            {
                yield return ($"d {stage.Name}", gradient);
            }

            foreach (ParameterInspection one in stage.Parameters)
            {
                yield return (one.Name, one.Value);
                yield return ($"d {one.Name}", one.Gradient);
            }
        }
    }

    /// <summary>Three figures, at most eight characters: 0.0123, 1.2E-05.</summary>
    public static string Number(double? value) => value is not { } one ? "-"
        : one.ToString(
            Math.Abs(one) switch
            {
                0 => "0",
                >= 1e3 and < 1e5 => "0",
                >= 1e-3 and < 1e3 => "G3",
                _ => "0.0E-0",
            },
            CultureInfo.InvariantCulture);

    private static string Rms(TensorSummary? values) => Number(values?.Rms);

    private static string Percent(float? share) =>
        share is { } one ? (one * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %" : "-";
}
