// Every gradient that a training step computes, against finite differences of the same function in float64. Each stage is
// looked at by itself: its inputs, parameters and the gradient of its output are the device's own numbers, so an error
// is found where it is made and does not spread.
//   got      the device's gradient of one element v
//   wanted   sum over outputs j of t_j,  t_j = dY_j (y_j(v + h) - y_j(v - h)) / (2 h),  y by Layer.Formula
//   allowed  tolerance times the sum of |t_j|: what rounding may do to a sum of such terms; and a little of the whole
//            output's share, for terms that cancel within a stage (a bias before its normalisation) leave roundings
// Where y_j(v + h) - y_j(v) and y_j(v) - y_j(v - h) are not alike, v stands at a kink, where there is no derivative.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Fusion;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.GradientChecks;

/// <summary>Checks the gradients of a network on a device.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class GradientChecker
{
    // Of a value: small enough for two neighbouring kinks, large enough for the 16 digits of float64.
    private const double Step = 1e-6;

    // What rounding may leave where all terms of a sum cancel, as a share of all outputs times their gradients: by the
    // usual tolerance 1e-7 of them, less than two roundings of float32.
    private const double CancelledShare = 1e-2;

    // A kink is where the slopes on both sides are apart by such a share of all terms.
    private const double KinkShare = 1e-5;

    private readonly Network network;
    private readonly GradientCheckOptions options;

    /// <summary>Puts a network on a device, so that all its activations and gradients stay.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="graph">Its layers.</param>
    /// <param name="fused">False runs each layer by itself; true as training does.</param>
    /// <param name="options">What is checked.</param>
    /// <exception cref="NetworkSpecException">There is no room for it, or it has no such layer.</exception>
    public GradientChecker(ComputeDevice device, NetworkGraph graph, bool fused, GradientCheckOptions options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        if (options.Layer is { } layer && graph.Nodes.All(node => node.Name != layer))
        {
            throw new NetworkSpecException(
                $"the network '{graph.Name}' has no layer '{layer}'; it has " +
                string.Join(", ", graph.Nodes.Select(node => node.Name)));
        }

        network = new Network(device, graph, seed: (ulong)options.Seed)
        {
            Fusions = fused ? FusionRules.All : FusionRules.None,
            Memory = ActivationMemory.Kept,
            HasGradientOfInput = true,
        };
    }

    /// <summary>What it learns, to be filled before the check.</summary>
    public Parameters Parameters => network.Parameters;

    /// <summary>Runs a training step's passes on random input and compares every gradient.</summary>
    /// <returns>A row a gradient, in the order of the layers, as each is done.</returns>
    /// <exception cref="NetworkSpecException">A layer has no formula in float64.</exception>
    public IEnumerable<GradientCheckRow> Run()
    {
        var random = new Random(options.Seed);
        NetworkPlan plan = network.PlanFor(options.BatchSize, training: true);
        plan.Input.CopyFrom(NormalNumbers.Draw(random, plan.Input.Length));
        network.Progress.Advance();
        plan.Forward();
        plan.LogitsGradient.CopyFrom(NormalNumbers.Draw(random, plan.Logits.Length));
        network.Parameters.Gradients.Clear();
        float[]?[][] ofInputs = Backward(plan);
        for (int i = 0; i < plan.PlannedStages.Count; i++)
        {
            StagePlan at = plan.PlannedStages[i].Place;
            if (options.Layer is { } layer && at.Nodes.All(node => node.Name != layer))
            {
                continue;
            }

            foreach (GradientCheckRow row in RowsOf(plan.PlannedStages[i], at, ofInputs[i]))
            {
                yield return row;
            }
        }
    }

    /// <summary>Runs the backward pass; the gradients that each stage gives its inputs, before others add theirs.</summary>
    private static float[]?[][] Backward(NetworkPlan plan)
    {
        float[]?[][] ofInputs = new float[]?[plan.PlannedStages.Count][];
        for (int i = plan.PlannedStages.Count - 1; i >= 0; i--)
        {
            PlannedStage stage = plan.PlannedStages[i];
            stage.Stage.Backward();
            ofInputs[i] = [.. stage.Place.InputGradients.Select(gradient => gradient?.ToArray())];
            foreach (GradientSum sum in stage.Sums)
            {
                sum.Run();
            }
        }

        return ofInputs;
    }

    private IEnumerable<GradientCheckRow> RowsOf(PlannedStage stage, StagePlan at, float[]?[] ofInputs)
    {
        var formula = new StageFormula(at, network);
        double[] y = formula.Output();
        float[] dY = at.DY!.ToArray();
        for (int layer = 0; layer < at.Nodes.Count; layer++)
        {
            GraphNode node = at.Nodes[layer];
            foreach (string name in node.Declared.Where(one => one.IsLearnt).Select(one => one.Name))
            {
                Parameter parameter = network.ParameterOf(node, name)!;
                yield return Compare(
                    stage.Name, parameter.Name, parameter.Value.Shape, parameter.Gradient!.ToArray(),
                    formula.Parameter(layer, name), formula, y, dY);
            }
        }

        for (int input = 0; input < ofInputs.Length; input++)
        {
            if (ofInputs[input] is { } gradient)
            {
                string which = ofInputs.Length > 1 ? $"input {input + 1}" : "input";
                yield return Compare(
                    stage.Name, $"{which} of {at.Node.Name}", at.Inputs[input].Shape, gradient, formula.Input(input),
                    formula, y, dY);
            }
        }
    }

    private GradientCheckRow Compare(
        string stage, string name, Shape shape, float[] gradient, double[] values, StageFormula formula, double[] y,
        float[] dY)
    {
        int count = options.Elements == 0 ? values.Length : Math.Min(options.Elements, values.Length);
        double typical = Math.Max(Math.Sqrt(values.Sum(value => value * value) / values.Length), 1e-3);
        double floor = CancelledShare * dY.Select((d, j) => Math.Abs(d * y[j])).Sum() / typical;
        var found = new Comparison[count];
        var random = new Random(options.Seed);
        int[] places = [.. Enumerable.Range(0, count).Select(
            number => (int)((number + (count < values.Length ? random.NextDouble() : 0)) * values.Length / count))];
        Parallel.For(0, count, number =>
        {
            int i = places[number];
            double h = Step * Math.Max(Math.Abs(values[i]), typical);
            double[] changed = [.. values];
            changed[i] = values[i] + h;
            double[] above = formula.Output(values, changed);
            changed[i] = values[i] - h;
            double[] below = formula.Output(values, changed);
            found[number] = Comparison.Of(i, gradient[i], h, dY, above, y, below) with { Floor = floor };
        });
        Comparison[] smooth = [.. found.Where(one => one.Bend <= KinkShare * one.Magnitude)];
        Comparison worst = smooth.Length == 0 ? default : smooth.MaxBy(one => one.Error / one.Room);
        return new GradientCheckRow(
            stage, name, shape, smooth.Length, count - smooth.Length, worst.Index, worst.Gradient, worst.Difference,
            options.Tolerance * worst.Room, worst.Error / (worst.Magnitude > 0 ? worst.Magnitude : worst.Room));
    }

    /// <summary>One element.</summary>
    /// <param name="Index">Its place.</param>
    /// <param name="Gradient">The device's.</param>
    /// <param name="Difference">The sum of the terms.</param>
    /// <param name="Magnitude">The sum of their magnitudes.</param>
    /// <param name="Bend">The same of what the slopes on both sides are apart.</param>
    private readonly record struct Comparison(
        int Index, double Gradient, double Difference, double Magnitude, double Bend)
    {
        /// <summary>What is added to the magnitude where it is asked what is allowed.</summary>
        public double Floor { get; init; }

        public double Error => Math.Abs(Gradient - Difference);

        /// <summary>What a tolerance is a share of; never 0, so that nothing is divided by it.</summary>
        public double Room => Math.Max(Magnitude + Floor, double.Epsilon);

        public static Comparison Of(
            int index, double gradient, double h, float[] dY, double[] above, double[] here, double[] below)
        {
            (double sum, double magnitude, double bend) = (0, 0, 0);
            for (int j = 0; j < dY.Length; j++)
            {
                double term = dY[j] * (above[j] - below[j]) / (2 * h);
                sum += term;
                magnitude += Math.Abs(term);
                bend += Math.Abs(dY[j] * (above[j] - (2 * here[j]) + below[j]) / h);
            }

            return new Comparison(index, gradient, sum, magnitude, bend);
        }
    }
}
