// Recorded steps as rows of a table, for the terminal and for the page.
using System.Globalization;

namespace NativeCnn.Model.Inspection;

/// <summary>What is shown of a layer in a recorded step.</summary>
public static class InspectedLayers
{
    private const string None = "-";

    private static readonly string[] Headings =
        ["epoch", "step", "output", "d output", "dead", "satur.", "weight", "d weight", "update"];

    /// <summary>The last recorded step of each epoch.</summary>
    public static StepInspection[] LastOfEpochs(IReadOnlyList<StepInspection> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        return [.. steps.GroupBy(step => step.Epoch).Select(epoch => epoch.Last())];
    }

    /// <summary>
    /// A layer's figures, titles first: root mean squares of its output, of its weights (the first of its parameters
    /// that has rows) and of their gradients; the shares of dead and of saturated units; the update by the weights.
    /// A column that no step has is left out.
    /// </summary>
    /// <param name="steps">The steps, a row each.</param>
    /// <param name="stage">The layer's name.</param>
    public static IReadOnlyList<string[]> Table(IEnumerable<StepInspection> steps, string stage)
    {
        string[][] rows =
        [
            .. steps.SelectMany(step => step.Stages.Where(one => one.Name == stage).Select(one => Cells(step, one))),
        ];
        int[] columns =
        [
            .. Enumerable.Range(0, Headings.Length).Where(column => rows.Any(row => row[column] != None)),
        ];
        return [.. rows.Prepend(Headings).Select(row => Array.ConvertAll(columns, column => row[column]))];
    }

    private static string[] Cells(StepInspection step, StageInspection stage)
    {
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
    public static string Number(double? value) => value is not { } one ? None
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
        share is { } one ? (one * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %" : None;
}
