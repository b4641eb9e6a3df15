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

    /// <summary>The mean cross-entropy, as the head of SoftmaxCrossEntropy.cs has it.</summary>
    private double LossOf(double[] logits)
    {
        double smoothing = setting.Training.LabelSmoothing;
        double sum = 0;
        double weight = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            ReadOnlySpan<double> x = logits.AsSpan(row * setting.Classes, setting.Classes);
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

            for (int c = 0; c < x.Length; c++)
            {
                double target = c == targets[row] ? 1 - smoothing : 0;
                double share = (target + (smoothing / setting.Classes)) * classWeights[c];
                sum += share > 0 ? share * (Math.Log(exponentials) + largest - x[c]) : 0;
            }

            weight += classWeights[targets[row]];
        }

        return sum / weight;
    }
}
