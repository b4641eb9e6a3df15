// One number through one training step, from the device's own numbers. Whatever the layer, a gradient is a sum over the
// outputs j that the number v takes part in:
//   dL/dv = sum over j of dL/dy_j dy_j/dv
// dL/dy_j is what the device computed for the layer's output; dy_j/dv is the slope of the layer's formula in float64,
// so that no layer needs a line of its own here: of a convolution's weight it is the input that the weight meets, of a
// bias 1.
using System.Globalization;
using System.Text.RegularExpressions;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Formats;
using NativeCnn.Model.GradientChecks;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Explanations;

/// <summary>Explains numbers of a captured training step.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed partial class Explainer
{
    // Of a value, or of 0.1 where it is smaller: slopes then have ten right digits or more.
    private const double Step = 1e-4;
    private const double LeastValue = 0.1;

    private readonly StepCapsule capsule;
    private readonly StepExecution step;
    private readonly Dictionary<string, StepTensor> computed;
    private readonly NetworkFormula whole;

    /// <summary>Does the step, each layer by itself, so that every output is in memory.</summary>
    /// <param name="device">Where.</param>
    /// <param name="capsule">The step.</param>
    /// <exception cref="SafeTensorsException">The capsule lacks something that its network needs.</exception>
    public Explainer(ComputeDevice device, StepCapsule capsule)
    {
        ArgumentNullException.ThrowIfNull(capsule);
        this.capsule = capsule;
        step = new StepExecution(device, capsule.Setting, capsule.Given, fused: false);
        computed = step.Run().ToDictionary(one => one.Name);
        step.Rewind();
        whole = new NetworkFormula(step.Network.Graph, capsule);
    }

    /// <summary>Explains one number.</summary>
    /// <param name="place">
    /// A parameter's element such as <c>conv1.weight[3,12,1]</c>, or an output's such as <c>pool1[0,3,17]</c>.
    /// </param>
    /// <exception cref="NetworkSpecException">There is no such number; the message says what there is.</exception>
    public Explanation Explain(string place)
    {
        Match parts = Place().Match(place ?? "");
        if (!parts.Success)
        {
            throw new NetworkSpecException(
                $"'{place}' names no number: give a name and its place, such as conv1.weight[3,12,1] or pool1[0,3,17]");
        }

        string name = parts.Groups["name"].Value;
        int[] coordinates =
        [
            .. parts.Groups["place"].Value.Split(',').Select(
                one => int.TryParse(one.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int at) ? at : -1),
        ];
        foreach (GraphNode node in step.Network.Graph.Nodes)
        {
            foreach (string own in node.Declared.Where(one => one.IsLearnt).Select(one => one.Name))
            {
                if ($"{node.Name}.{own}" == name)
                {
                    return OfParameter(node, own, coordinates);
                }
            }

            if (node.Name == name)
            {
                return OfOutput(node, coordinates);
            }
        }

        throw new NetworkSpecException(
            $"the network '{step.Network.Graph.Name}' has no '{name}'; it has " +
            string.Join(", ", step.Network.Parameters.All.Select(one => one.Name)) + ", and the outputs " +
            string.Join(", ", step.Network.Graph.Nodes.Select(node => node.Name)));
    }

    private Explanation OfParameter(GraphNode node, string own, int[] coordinates)
    {
        Parameter parameter = step.Network.ParameterOf(node, own)!;
        int index = IndexOf(parameter.Name, parameter.Value.Shape, coordinates);
        float value = parameter.Value.ToArray()[index];
        float gradient = computed[$"gradient of {parameter.Name}"].Values[index];
        StagePlan at = step.Plan.PlannedStages.First(stage => stage.Place.Nodes.Contains(node)).Place;
        var formula = new StageFormula(at, step.Network);
        double h = StepOf(value);
        int flat = step.Network.Parameters.StartOf(parameter) + index;
        return new Explanation(
            $"{parameter.Name}{Coordinates.Of(parameter.Value.Shape.ToArray(), index)}", value,
            [.. TermsOf(at, formula, formula.Parameter(0, own), index, h)], at.Y.Length, gradient,
            (whole.LossWith(node, own, index, h) - whole.LossWith(node, own, index, -h)) / (2 * h),
            capsule.Setting.Training.Optimizer.Explain(new UpdatePoint(
                value, gradient, capsule.Setting.LearningRate, capsule.Setting.Step, RememberedAt(flat))),
            computed[$"new {parameter.Name}"].Values[index]);
    }

    private Explanation OfOutput(GraphNode node, int[] coordinates)
    {
        Shape shape = GraphNode.Batched(node.Output, step.Plan.Batch);
        int index = IndexOf(node.Name, shape, coordinates);
        StagePlan[] users =
        [
            .. step.Plan.PlannedStages.Select(stage => stage.Place).Where(at => at.Node.Inputs.Any(
                input => SameValue(input, node))),
        ];
        StepTensor? output = computed.GetValueOrDefault($"output of {node.Name}");
        StepTensor? gradient = computed.GetValueOrDefault($"gradient of {node.Name}");
        if (users.Length == 0 || output is null || gradient is null)
        {
            throw new NetworkSpecException(
                $"'{node.Name}' has no gradient that layers after it make: it is the network's answer, or computes " +
                "nothing");
        }

        float value = output.Values[index];
        double h = StepOf(value);
        return new Explanation(
            $"{node.Name}{Coordinates.Of(shape.ToArray(), index)}", value,
            [
                .. users.SelectMany(at =>
                {
                    var formula = new StageFormula(at, step.Network);
                    return at.Node.Inputs.Select((input, number) => (input, number))
                        .Where(one => SameValue(one.input, node))
                        .SelectMany(one => TermsOf(at, formula, formula.Input(one.number), index, h));
                }),
            ],
            users.Sum(at => at.Y.Length), gradient.Values[index],
            (whole.LossWithOutput(node, index, h) - whole.LossWithOutput(node, index, -h)) / (2 * h), [], null);
    }

    /// <summary>True where an input is another layer's output, perhaps through layers that compute nothing.</summary>
    private static bool SameValue(GraphNode input, GraphNode output) =>
        input == output ||
        (input.Layer is { } layer && layer.IsView(training: true) && SameValue(input.Inputs[0], output));

    private static IEnumerable<ExplainedTerm> TermsOf(
        StagePlan at, StageFormula formula, double[] values, int index, double h)
    {
        double[] changed = [.. values];
        changed[index] = values[index] + h;
        double[] above = formula.Output(values, changed);
        changed[index] = values[index] - h;
        double[] below = formula.Output(values, changed);
        float[] dY = at.DY!.ToArray();
        int[] shape = at.Y.Shape.ToArray();
        for (int j = 0; j < dY.Length; j++)
        {
            if (above[j] != below[j])
            {
                yield return new ExplainedTerm(
                    at.Nodes[^1].Name + Coordinates.Of(shape, j), dY[j], (above[j] - below[j]) / (2 * h));
            }
        }
    }

    private static double StepOf(float value) => Step * Math.Max(Math.Abs(value), LeastValue);

    private Dictionary<string, double> RememberedAt(int flat) => capsule.Given
        .Where(one => one.Key.StartsWith(StepExecution.OptimizerPrefix, StringComparison.Ordinal))
        .ToDictionary(
            one => one.Key[StepExecution.OptimizerPrefix.Length..], one => (double)one.Value.AsFloat32()[flat]);

    private static int IndexOf(string name, Shape shape, int[] coordinates)
    {
        int index = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (coordinates.Length != shape.Rank || (uint)coordinates[axis] >= (uint)shape[axis])
            {
                throw new NetworkSpecException(
                    $"'{name}' is {shape}: its places are {shape.Rank} numbers from 0, below these");
            }

            index = (index * shape[axis]) + coordinates[axis];
        }

        return index;
    }

    [GeneratedRegex(@"^(?<name>[^\[\]]+)\[(?<place>[0-9, ]+)\]$")]
    private static partial Regex Place();
}
