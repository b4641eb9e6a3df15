using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.GradientChecks;

/// <summary>
/// A stage as a function in float64: the formulas of its layers, one after the other, of the very numbers that the device
/// has as its inputs and parameters.
/// </summary>
internal sealed class StageFormula
{
    private readonly IReadOnlyList<GraphNode> nodes;
    private readonly int batch;
    private readonly ulong seed;
    private readonly int step;
    private readonly double[][] inputs;
    private readonly Dictionary<string, double[]>[] tensors;

    /// <summary>Takes the numbers from the device.</summary>
    public StageFormula(StagePlan at, Network network)
    {
        nodes = at.Nodes;
        batch = at.Batch;
        seed = at.Seed;
        step = at.Progress.Step.ToArray()[0];
        inputs = [.. at.Inputs.Select(input => ToDouble(input.ToArray()))];
        tensors =
        [
            .. nodes.Select(node => node.Declared.ToDictionary(one => one.Name, one => ToDouble((one.IsLearnt
                ? network.ParameterOf(node, one.Name)!.Value
                : network.StateOf(node, one.Name)!.Value).ToArray()))),
        ];
    }

    /// <summary>The stage's own numbers of an input.</summary>
    public double[] Input(int number) => inputs[number];

    /// <summary>The stage's own numbers of what a layer learns.</summary>
    public double[] Parameter(int layer, string name) => tensors[layer][name];

    /// <summary>A layer of the stage that its first input goes into, with all that it computes from.</summary>
    public LayerFormula LayerAt(int layer) =>
        new(nodes[layer], batch, training: true, inputs, tensors[layer], seed, step);

    /// <summary>The output, with one tensor exchanged: <paramref name="from"/> becomes <paramref name="to"/>.</summary>
    public double[] Output(double[]? from = null, double[]? to = null)
    {
        IReadOnlyList<double[]> x = [.. inputs.Select(Exchanged)];
        for (int layer = 0; layer < nodes.Count; layer++)
        {
            GraphNode node = nodes[layer];
            if (!node.Layer!.IsView(training: true))
            {
                var at = new LayerFormula(
                    node, batch, training: true, x,
                    tensors[layer].ToDictionary(one => one.Key, one => Exchanged(one.Value)), seed, step);
                x = [node.Layer.Formula(at)];
            }
        }

        return x[0];

        double[] Exchanged(double[] values) => values == from ? to! : values;
    }

    private static double[] ToDouble(float[] values) => Array.ConvertAll(values, value => (double)value);
}
