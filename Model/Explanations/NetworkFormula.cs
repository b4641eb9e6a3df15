using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Explanations;

/// <summary>The loss of a whole training step in float64, by the layers' formulas.</summary>
internal sealed class NetworkFormula
{
    private readonly NetworkGraph graph;
    private readonly StepSetting setting;
    private readonly int[] targets;
    private readonly double[] classWeights;
    private readonly double[] input;
    private readonly Dictionary<GraphNode, Dictionary<string, double[]>> tensors;

    /// <summary>Takes the numbers of a capsule.</summary>
    public NetworkFormula(NetworkGraph graph, StepCapsule capsule)
    {
        this.graph = graph;
        setting = capsule.Setting;
        targets = capsule.Given[StepExecution.Targets].AsInt32().ToArray();
        input = Given(StepExecution.Input);
        classWeights = capsule.Given.ContainsKey(StepExecution.ClassWeights)
            ? Given(StepExecution.ClassWeights)
            : [.. Enumerable.Repeat(1.0, setting.Classes)];
        tensors = graph.Nodes.ToDictionary(node => node, node => node.Declared.ToDictionary(
            one => one.Name, one => Given($"{node.Name}.{one.Name}")));

        double[] Given(string name) => Array.ConvertAll(capsule.Given[name].AsFloat32().ToArray(), x => (double)x);
    }

    /// <summary>The loss with one number of a parameter changed.</summary>
    public double LossWith(GraphNode node, string name, int index, double change)
    {
        double[] values = tensors[node][name];
        double kept = values[index];
        values[index] = kept + change;
        try
        {
            return LossOf(Run(changed: null, change: 0, index: 0));
        }
        finally
        {
            values[index] = kept;
        }
    }

    /// <summary>The loss with one number of a layer's output changed.</summary>
    public double LossWithOutput(GraphNode node, int index, double change) => LossOf(Run(node, change, index));

    private double[] Run(GraphNode? changed, double change, int index)
    {
        Dictionary<GraphNode, double[]> values = new() { [graph.Input] = input };
        foreach (GraphNode node in graph.Nodes)
        {
            double[][] x = [.. node.Inputs.Select(one => values[one])];
            double[] y = node.Layer!.IsView(training: true)
                ? x[0]
                : node.Layer.Formula(new LayerFormula(
                    node, targets.Length, training: true, x, tensors[node], (ulong)setting.Training.Seed,
                    setting.Step));
            if (node == changed)
            {
                y = [.. y];
                y[index] += change;
            }

            values.Add(node, y);
        }

        return values[graph.Output];
    }

    /// <summary>How the loss of a clip comes about from the network's answers [B, K].</summary>
    public IReadOnlyList<FormulaLine> ExplainLoss(float[] logits, int clip)
    {
        double[] x = Array.ConvertAll(logits[(clip * setting.Classes)..((clip + 1) * setting.Classes)], one => (double)one);
        double largest = x.Max();
        double sum = x.Sum(one => Math.Exp(one - largest));
        double total = targets.Sum(target => classWeights[target]);
        double shares = Enumerable.Range(0, x.Length).Sum(c => ShareOf(clip, c));
        return
        [
            .. x.Select((one, c) => new FormulaLine(
                $"x[{c}]", c == targets[clip] ? "answer for the clip's class" : "answer", one)),
            new("m", "the largest answer", largest),
            new("S", "sum of exp(x - m)", sum),
            .. x.Select((one, c) => new FormulaLine($"p[{c}]", "exp(x - m) / S", Math.Exp(one - largest) / sum)),
            .. x.Select((_, c) => (Place: c, Share: ShareOf(clip, c))).Where(one => one.Share > 0).Select(
                one => new FormulaLine(
                    $"t[{one.Place}]", "wanted, after label smoothing and class weights", one.Share)),
            .. x.Select((one, c) => new FormulaLine(
                $"g[{c}]", FormattableString.Invariant($"(p sum(t) - t) / {total:G9}, the gradient of x[{c}]"),
                ((Math.Exp(one - largest) / sum * shares) - ShareOf(clip, c)) / total)),
            new("loss", "sum of t (m + log S - x)", LossOf(x, clip)),
        ];
    }

    /// <summary>The mean cross-entropy, as the head of SoftmaxCrossEntropy.cs has it.</summary>
    private double LossOf(double[] logits)
    {
        double sum = 0;
        double weight = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            sum += LossOf(logits.AsSpan(row * setting.Classes, setting.Classes), row);
            weight += classWeights[targets[row]];
        }

        return sum / weight;
    }

    private double LossOf(ReadOnlySpan<double> x, int row)
    {
        double largest = double.NegativeInfinity;
        foreach (double one in x)
        {
            largest = Math.Max(largest, one);
        }

        double exponentials = 0;
        foreach (double one in x)
        {
            exponentials += Math.Exp(one - largest);
        }

        double sum = 0;
        for (int c = 0; c < x.Length; c++)
        {
            double share = ShareOf(row, c);
            sum += share > 0 ? share * (Math.Log(exponentials) + largest - x[c]) : 0;
        }

        return sum;
    }

    /// <summary>What is wanted of a class: 1 of the clip's own, less smoothing, times the class's weight.</summary>
    private double ShareOf(int row, int c)
    {
        double smoothing = setting.Training.LabelSmoothing;
        double target = c == targets[row] ? 1 - smoothing : 0;
        return (target + (smoothing / setting.Classes)) * classWeights[c];
    }
}
