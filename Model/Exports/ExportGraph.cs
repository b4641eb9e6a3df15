// A trained network as the plain operators that other programs know, in inference: dropout is gone, blocks are taken
// apart. A format writes it operator by operator.
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Exports;

/// <summary>A trained network as operators in the order of their computation.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed class ExportGraph
{
    internal ExportGraph(ExportValue input, ExportValue output, IReadOnlyList<ExportOperator> operators)
    {
        Input = input;
        Output = output;
        Operators = operators;
    }

    /// <summary>The features of one clip, normalised, [C, T].</summary>
    public ExportValue Input { get; }

    /// <summary>The logits, [classes].</summary>
    public ExportValue Output { get; }

    /// <summary>The operators; what one takes is the input or comes of one before it.</summary>
    public IReadOnlyList<ExportOperator> Operators { get; }

    /// <summary>Every tensor that the operators bring along, each once, in the order of the operators.</summary>
    public IEnumerable<ExportWeight> Weights => Operators.SelectMany(one => one.Weights).DistinctBy(one => one.Name);

    /// <summary>
    /// True where the network takes clips of other lengths too: it pools over all time before anything is flattened.
    /// </summary>
    public bool TakesAnyLength => !Operators.Any(one => one is FlattenOperator { X.IsOverTime: true });

    /// <summary>A network with its weights, as its layers say themselves in Export.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="ExportException">A layer has no Export.</exception>
    public static ExportGraph Of(Network network) => Of(network, forTraining: false);

    /// <summary>The same for a program that shall train it on: with its dropouts.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="ExportException">A layer has no Export.</exception>
    public static ExportGraph ForTraining(Network network) => Of(network, forTraining: true);

    private static ExportGraph Of(Network network, bool forTraining)
    {
        ArgumentNullException.ThrowIfNull(network);
        var weights = new Dictionary<string, ExportWeight>();
        foreach (Parameter parameter in network.Parameters.All)
        {
            weights.Add(parameter.Name, WeightOf(parameter.Name, parameter.Value));
        }

        foreach (NetworkState state in network.Parameters.States)
        {
            weights.Add(state.Name, WeightOf(state.Name, state.Value));
        }

        var input = new ExportValue(network.Graph.Input.Name, network.Graph.Input.Output);
        var values = new Dictionary<GraphNode, ExportValue> { [network.Graph.Input] = input };
        List<ExportOperator> operators = [];
        foreach (GraphNode node in network.Graph.Nodes)
        {
            ExportValue[] inputs = [.. node.Inputs.Select(one => values[one])];
            ExportValue output = node.Layer!.Export(new LayerExport(node, inputs, weights, operators, forTraining));
            values.Add(node, output.Shape == node.Output
                ? output
                : throw new ExportException(
                    $"the layer {node.Name} gives {node.Output}, but its Export gives {output.Shape}"));
        }

        return new ExportGraph(input, values[network.Graph.Output], operators);
    }

    /// <summary>How many inputs of operators a value is, and 1 more where it is the output.</summary>
    internal int UsesOf(ExportValue value) =>
        Operators.Sum(one => one.Inputs.Count(input => input == value)) + (value == Output ? 1 : 0);

    private static ExportWeight WeightOf(string name, Tensor<float> values) =>
        new(name, values.Shape, values.ToArray());
}
