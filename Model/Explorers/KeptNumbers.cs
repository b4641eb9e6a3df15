// Which numbers of a step a page keeps: all clips and all time of the first channels (or units) of each layer, and the
// parameters between kept channels. The gradient of such a parameter is then a sum of kept numbers alone, and its terms
// are complete; the gradient of an activation, which sums over all channels of the next layer, may not be.
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Explorers;

/// <summary>The numbers that are kept of each step of a network.</summary>
internal sealed class KeptNumbers
{
    // Bytes of the page for a number, measured on article and deep: what is packed, and base64 on it.
    private const double BytesOfParameter = 6.5;
    private const double BytesOfSignal = 3.6;
    private const int BytesOfPage = 90_000;

    /// <summary>Chooses.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="batch">Clips of a mini-batch.</param>
    /// <param name="keep">The most channels or units of a layer; all classes are kept always.</param>
    /// <param name="buffers">Names of what the optimiser remembers.</param>
    /// <param name="startOf">Where a parameter begins among all.</param>
    public KeptNumbers(
        NetworkGraph graph, int batch, int keep, IReadOnlyList<string> buffers, Func<string, int> startOf)
    {
        Places = new Dictionary<GraphNode, int[]> { [graph.Input] = First(graph.Input.Output[0], keep) };
        List<KeptTensor> parameters = [];
        List<KeptTensor> signals = [];
        foreach (GraphNode node in graph.Nodes)
        {
            Places.Add(node, PlacesOf(node, node == graph.Output ? int.MaxValue : keep));
            foreach (DeclaredTensor own in node.Declared)
            {
                string name = $"{node.Name}.{own.Name}";
                int[] shape = own.Shape.ToArray();
                int[][] axes = [.. shape.Select((size, axis) => AxisOf(node, size, axis, keep))];
                parameters.Add(KeptTensor.Of(name, name, 0, shape, axes));
                if (own.IsLearnt)
                {
                    signals.Add(KeptTensor.Of($"gradient of {name}", $"gradient of {name}", 0, shape, axes));
                    parameters.AddRange(buffers.Select(buffer => KeptTensor.Of(
                        $"{buffer} of {name}", buffer, startOf(name), shape, axes)));
                }
            }

            if (!node.Layer!.IsView(training: true))
            {
                signals.AddRange(SignalsOf(node, batch));
            }
        }

        Parameters = parameters;
        Signals = signals;
        Input = OfClips("input", graph.Input, batch);
    }

    /// <summary>The places kept of the first axis of each layer's output for one clip.</summary>
    public Dictionary<GraphNode, int[]> Places { get; }

    /// <summary>
    /// What a network learns and keeps, and what its optimiser remembers: before a step and after it.
    /// </summary>
    public IReadOnlyList<KeptTensor> Parameters { get; }

    /// <summary>What a step computes: outputs, masks and gradients.</summary>
    public IReadOnlyList<KeptTensor> Signals { get; }

    /// <summary>The clips.</summary>
    public KeptTensor Input { get; }

    /// <summary>About what a page weighs.</summary>
    public double BytesFor(int steps) =>
        BytesOfPage + (4 * (double)Input.From.Length) + (steps * (
            (BytesOfParameter * Parameters.Sum(one => one.From.Length)) +
            (BytesOfSignal * Signals.Sum(one => one.From.Length))));

    private IEnumerable<KeptTensor> SignalsOf(GraphNode node, int batch)
    {
        yield return OfClips($"output of {node.Name}", node, batch);
        if (node.Layer is DropoutLayer)
        {
            yield return OfClips($"mask of {node.Name}", node, batch);
        }

        yield return OfClips($"gradient of {node.Name}", node, batch);
    }

    private KeptTensor OfClips(string name, GraphNode node, int batch)
    {
        Shape clip = node.Output;
        int[] clips = First(batch, batch);
        return clip.Rank == 2
            ? KeptTensor.Of(
                name, name, 0, [batch, clip[0], clip[1]], clips, Places[node], First(clip[1], int.MaxValue))
            : KeptTensor.Of(name, name, 0, [batch, clip[0]], clips, Places[node]);
    }

    private int[] PlacesOf(GraphNode node, int keep)
    {
        int[] before = Places[node.Inputs[0]];
        Shape x = node.InputShapes[0];
        return node.Layer switch
        {
            FlattenLayer when x.Rank == 2 =>
                [.. before.SelectMany(c => Enumerable.Range(c * x[1], x[1]))],
            GlobalMeanMaxPoolLayer => [.. before, .. before.Select(c => c + x[0])],
            ConcatLayer => [.. node.Inputs.SelectMany((input, i) => Places[input].Select(
                c => c + node.InputShapes.Take(i).Sum(one => one[0])))],
            Conv1dLayer or DenseLayer => First(node.Output[0], keep),
            _ when node.Output[0] == x[0] => before,
            _ => First(node.Output[0], keep),
        };
    }

    /// <summary>Filters and units on the first axis, what they read on the second, taps on the third.</summary>
    private int[] AxisOf(GraphNode node, int size, int axis, int keep) => axis switch
    {
        0 when size == node.Output[0] => Places[node],
        1 when size == node.InputShapes[0][0] => Places[node.Inputs[0]],
        < 2 => First(size, keep),
        _ => First(size, int.MaxValue),
    };

    private static int[] First(int size, int keep) => [.. Enumerable.Range(0, Math.Min(size, keep))];
}
