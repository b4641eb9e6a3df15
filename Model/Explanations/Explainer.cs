// One number through one training step, from the device's own numbers. Whatever the layer, a gradient is a sum over the
// outputs j that the number v takes part in:
//   dL/dv = sum over j of dL/dy_j dy_j/dv
// dL/dy_j is what the device computed for the layer's output; dy_j/dv is the slope of the layer's formula in float64,
// so that no layer needs a line of its own here: of a convolution's weight it is the input that the weight meets, of a
// bias 1. The order in which the device added the terms is found out by experiment: OrderFinder.cs.
using System.Globalization;
using System.Text.RegularExpressions;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Formats;
using NativeCnn.Model.GradientChecks;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Explanations;

/// <summary>Explains numbers of a captured training step.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed partial class Explainer
{
    // Of a value, or of 0.1 where it is smaller: slopes then have ten right digits or more.
    private const double Step = 1e-4;
    private const double LeastValue = 0.1;

    private const string LossName = "loss";

    private readonly StepCapsule capsule;
    private readonly TimeSpan patience;
    private readonly StepExecution step;
    private readonly Dictionary<string, StepTensor> computed;
    private readonly NetworkFormula whole;

    /// <summary>Does the step, each layer by itself, so that every output is in memory.</summary>
    /// <param name="device">Where.</param>
    /// <param name="capsule">The step.</param>
    /// <param name="patience">
    /// How long the order of a sum is looked for by experiments on the device; zero for not at all, null for as long as
    /// it takes.
    /// </param>
    /// <exception cref="SafeTensorsException">The capsule lacks something that its network needs.</exception>
    public Explainer(ComputeDevice device, StepCapsule capsule, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(capsule);
        this.capsule = capsule;
        this.patience = patience ?? TimeSpan.MaxValue;
        step = new StepExecution(device, capsule.Setting, capsule.Given, fused: false);
        computed = step.Run().ToDictionary(one => one.Name);
        step.Rewind();
        whole = new NetworkFormula(step.Network.Graph, capsule);
    }

    /// <summary>The layers whose outputs have an explanation.</summary>
    public IReadOnlyList<string> Names =>
    [
        .. step.Network.Graph.Nodes.Select(node => node.Name).Where(
            name => computed.ContainsKey($"output of {name}") && computed.ContainsKey($"gradient of {name}")),
    ];

    /// <summary>Explains one number.</summary>
    /// <param name="place">
    /// A parameter's element such as <c>conv1.weight[3,12,1]</c>, an output's such as <c>pool1[0,3,17]</c>, or the loss
    /// of a clip, <c>loss[0]</c>.
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
        if (name == LossName)
        {
            return OfLoss(IndexOf(name, new Shape(step.Plan.Batch), coordinates));
        }

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
            string.Join(", ", step.Network.Parameters.All.Select(one => one.Name)) + ", the outputs " +
            string.Join(", ", Names) + $", and {LossName}");
    }

    private Explanation OfParameter(GraphNode node, string own, int[] coordinates)
    {
        Parameter parameter = step.Network.ParameterOf(node, own)!;
        int index = IndexOf(parameter.Name, parameter.Value.Shape, coordinates);
        float value = parameter.Value.ToArray()[index];
        float gradient = computed[$"gradient of {parameter.Name}"].Values[index];
        PlannedStage stage = step.Plan.PlannedStages.First(one => one.Place.Nodes.Contains(node));
        double h = StepOf(value);
        IReadOnlyList<PlacedTerm> terms = [.. Terms()];
        SummationOrder? order = OrderOf(stage, parameter, index, ref terms, gradient, Terms);
        int flat = step.Network.Parameters.StartOf(parameter) + index;
        return new Explanation
        {
            Name = $"{parameter.Name}{Coordinates.Of(parameter.Value.Shape.ToArray(), index)}",
            Value = value,
            Terms = [.. terms.Select(one => one.Term)],
            Outputs = stage.Place.Y.Length,
            Gradient = gradient,
            Order = order,
            LossDifference =
                (whole.LossWith(node, own, index, h) - whole.LossWith(node, own, index, -h)) / (2 * h),
            Update = ParameterUpdate.Explain(capsule.Setting.Training, parameter, GradientNorm, new UpdatePoint(
                value, gradient, capsule.Setting.LearningRate, capsule.Setting.Step, RememberedAt(flat))),
            NewValue = computed[$"new {parameter.Name}"].Values[index],
        };

        IEnumerable<PlacedTerm> Terms()
        {
            var formula = new StageFormula(stage.Place, step.Network);
            return TermsOf(stage.Place, formula, formula.Parameter(0, own), index, h);
        }
    }

    private double GradientNorm() => Math.Sqrt(step.Network.Parameters.All.Sum(
        one => computed[$"gradient of {one.Name}"].Values.Sum(value => (double)value * value)));

    private Explanation OfOutput(GraphNode node, int[] coordinates)
    {
        Shape shape = GraphNode.Batched(node.Output, step.Plan.Batch);
        int index = IndexOf(node.Name, shape, coordinates);
        if (computed.GetValueOrDefault($"output of {node.Name}") is not { } output ||
            computed.GetValueOrDefault($"gradient of {node.Name}") is not { } gradient)
        {
            throw new NetworkSpecException(
                $"'{node.Name}' computes nothing of its own, or nothing before it learns: it has no gradient");
        }

        PlannedStage own = step.Plan.PlannedStages.First(one => one.Place.Nodes.Contains(node));
        PlannedStage[] users =
        [
            .. step.Plan.PlannedStages.Where(one => one.Place.Node.Inputs.Any(input => input.IsValueOf(node))),
        ];
        float value = output.Values[index];
        double h = StepOf(value);
        double difference = (whole.LossWithOutput(node, index, h) - whole.LossWithOutput(node, index, -h)) / (2 * h);
        var explanation = new Explanation
        {
            Name = $"{node.Name}{Coordinates.Of(shape.ToArray(), index)}",
            Value = value,
            Forward = node.Layer!.Explain(new StageFormula(own.Place, step.Network).LayerAt(0), index),
            Gradient = gradient.Values[index],
            LossDifference = difference,
        };
        if (users.Length == 0)
        {
            // The network's answer: the loss alone uses it.
            return explanation with
            {
                Forward = [.. explanation.Forward, .. whole.ExplainLoss(output.Values, coordinates[0])],
                Terms = [new ExplainedTerm(LossName, 1, difference)],
                Outputs = 1,
                Order = SummationOrder.Unknown("the loss alone uses it: one product"),
            };
        }

        IReadOnlyList<PlacedTerm> terms = [.. users.SelectMany(Terms)];
        int uses = users.Sum(user => user.Place.Node.Inputs.Count(input => input.IsValueOf(node)));
        SummationOrder? order =
            uses == 1 && users[0].Place.Node.Inputs.Count == 1
                ? OrderOf(users[0], null, index, ref terms, gradient.Values[index], () => Terms(users[0]))
            : patience == TimeSpan.Zero ? null
            : SummationOrder.Unknown(uses == 1
                ? "not looked for in a layer of several inputs"
                : $"{uses} inputs of layers are this number: each has a sum of its own, and these are added");
        return explanation with
        {
            Terms = [.. terms.Select(one => one.Term)],
            Outputs = users.Sum(stage => stage.Place.Y.Length),
            Order = order,
        };

        IEnumerable<PlacedTerm> Terms(PlannedStage stage)
        {
            var formula = new StageFormula(stage.Place, step.Network);
            return stage.Place.Node.Inputs.Select((input, number) => (input, number))
                .Where(one => one.input.IsValueOf(node))
                .SelectMany(one => TermsOf(stage.Place, formula, formula.Input(one.number), index, h));
        }
    }

    private Explanation OfLoss(int clip)
    {
        float[] logits = step.Plan.Logits.ToArray();
        IReadOnlyList<FormulaLine> lines = whole.ExplainLoss(logits, clip);
        return new Explanation
        {
            Name = $"{LossName}[{clip}]",
            Value = (float)lines[^1].Value,
            Forward = lines,
        };
    }

    private SummationOrder? OrderOf(
        PlannedStage stage, Parameter? parameter, int index, ref IReadOnlyList<PlacedTerm> terms, float gradient,
        Func<IEnumerable<PlacedTerm>> again) => new OrderFinder(step.Network, stage, parameter, index).Find(
            ref terms, gradient, patience, () => [.. again()]);

    private static IEnumerable<PlacedTerm> TermsOf(
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
                yield return new PlacedTerm(j, new ExplainedTerm(
                    at.Nodes[^1].Name + Coordinates.Of(shape, j), dY[j], (above[j] - below[j]) / (2 * h)));
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
