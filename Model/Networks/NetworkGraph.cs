// A network as nodes in the order of their computation, with names, shapes and declared parameters. It needs no device,
// so that a summary, a file format or an error can be had before any memory is taken.
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks;

/// <summary>A network's layers bound to the shape of its input.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class NetworkGraph
{
    private readonly List<GraphNode> nodes = [];
    private readonly Dictionary<string, int> counts = [];
    private readonly HashSet<string> names = [];
    private readonly Dictionary<GraphNode, List<GraphNode>> users = [];
    private readonly int? classes;

    /// <summary>Binds the layers of a network to their input.</summary>
    /// <param name="spec">The layers.</param>
    /// <param name="input">The input of one clip, [C, T].</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="NetworkSpecException">The layers do not fit one another, the input or the classes.</exception>
    public NetworkGraph(NetworkSpec spec, Shape input, int classes)
        : this(Required(spec).ToNode(), input, classes, spec.Name)
    {
    }

    /// <summary>Binds a network that was written as nodes.</summary>
    /// <param name="output">The node that gives the logits; its way back ends at one <see cref="Node.Input"/>.</param>
    /// <param name="input">The input of one clip, [C, T].</param>
    /// <param name="classes">Number of classes; null takes whatever the output node gives.</param>
    /// <param name="name">A name to print.</param>
    /// <exception cref="NetworkSpecException">The layers do not fit one another, the input or the classes.</exception>
    public NetworkGraph(Node output, Shape input, int? classes = null, string name = "network")
    {
        ArgumentNullException.ThrowIfNull(output);
        this.classes = classes;
        Name = name;
        Input = new GraphNode(-1, "input", "input", 0, null, [], input, []);
        Node[] ordered = Ordered(output);
        if (ordered.Count(node => node.Layer is null) != 1)
        {
            throw new NetworkSpecException(
                $"the network '{name}' has {ordered.Count(node => node.Layer is null)} inputs: build all of it on " +
                "one Node.Input()");
        }

        Output = Bind(ordered, Input, prefix: "", number: 0);
        if (classes is { } count && Output.Output != new Shape(count))
        {
            throw new NetworkSpecException(
                $"the network '{name}' ends in {Output.Output}, but there are {classes} classes: " +
                "end it with a dense layer that leaves its outputs open");
        }

        foreach (GraphNode node in nodes)
        {
            foreach (GraphNode from in node.Inputs)
            {
                UsersOf(from).Add(node);
            }
        }
    }

    /// <summary>A name to print.</summary>
    public string Name { get; }

    /// <summary>The layers in the order of computation, without the input.</summary>
    public IReadOnlyList<GraphNode> Nodes => nodes;

    /// <summary>The network's input.</summary>
    public GraphNode Input { get; }

    /// <summary>The node that gives the logits.</summary>
    public GraphNode Output { get; }

    /// <summary>
    /// The layers that learn the classes: those behind which none learns any more. Several where towers side by side are
    /// added up.
    /// </summary>
    internal IReadOnlyList<GraphNode> Heads()
    {
        List<GraphNode> heads = [];
        Follow(Output);
        return heads;

        void Follow(GraphNode node)
        {
            if (node.ParameterCount == 0)
            {
                foreach (GraphNode input in node.Inputs)
                {
                    Follow(input);
                }
            }
            else if (!heads.Contains(node))
            {
                heads.Add(node);
            }
        }
    }

    /// <summary>The tensors that it learns and keeps, by the names that they have in files.</summary>
    internal IEnumerable<(string Name, Shape Shape)> Tensors =>
        nodes.SelectMany(node => node.Declared.Select(one => ($"{node.Name}.{one.Name}", one.Shape)));

    /// <summary>Those that take a node's output, one entry for each input that it fills.</summary>
    internal List<GraphNode> UsersOf(GraphNode node)
    {
        if (!users.TryGetValue(node, out List<GraphNode>? all))
        {
            users.Add(node, all = []);
        }

        return all;
    }

    private static NetworkSpec Required(NetworkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec;
    }

    /// <summary>All nodes that an output depends on, inputs before what uses them.</summary>
    private static Node[] Ordered(Node output)
    {
        HashSet<Node> found = [];
        var open = new Stack<Node>([output]);
        while (open.TryPop(out Node? node))
        {
            if (found.Add(node))
            {
                foreach (Node input in node.Inputs)
                {
                    open.Push(input);
                }
            }
        }

        return [.. found.OrderBy(node => node.Id)];
    }

    /// <summary>Binds nodes, and those that they stand for, and gives the last.</summary>
    private GraphNode Bind(Node[] ordered, GraphNode input, string prefix, int number)
    {
        var bound = new Dictionary<Node, GraphNode>();
        foreach (Node node in ordered)
        {
            bound.Add(node, node.Layer is null
                ? input
                : BindLayer(node, [.. node.Inputs.Select(one => bound[one])], prefix, number));
        }

        return bound[ordered[^1]];
    }

    private GraphNode BindLayer(Node node, GraphNode[] inputs, string prefix, int number)
    {
        Layer layer = classes is { } count ? node.Layer!.ForClasses(count) : node.Layer!;
        LayerTypeAttribute type = LayerTypes.InfoOf(layer.GetType());
        string name = NameFor(node, type, prefix);
        int place = number > 0 ? number : node.Number > 0 ? node.Number : nodes.Count + 1;
        Shape[] shapes = [.. inputs.Select(one => one.Output)];
        try
        {
            if (inputs.Length < type.LeastInputs || inputs.Length > type.MostInputs)
            {
                throw new ArgumentException(
                    $"it takes {Count(type)}, {inputs.Length} came: \"from\" lists their names");
            }

            // Blocks of one input: their layers become nodes of the graph.
            if (Expand(layer, shapes[0]) is { } block)
            {
                return Bind(Ordered(block), inputs[0], name + ".", place);
            }

            Shape output = layer.OutputOf(shapes);
            var own = new LayerParameters();
            layer.Declare(own, shapes);
            var bound = new GraphNode(nodes.Count, name, type.Name, place, layer, inputs, output, own.All);
            nodes.Add(bound);
            return bound;
        }
        catch (ArgumentException error)
        {
            string remedy = FitsLongerInput(layer, shapes)
                ? $" ({Input.Output[1]} time steps come in; longer clips, a shorter hop or fewer layers help)"
                : "";
            throw new NetworkSpecException(
                $"{Place()} of the network '{Name}' does not fit its input " +
                $"{string.Join(" and ", shapes)}: {error.WithoutParameter()}{remedy}", error);
        }

        string Place() => $"layer {place} ({(layer.As is null ? "" : $"{type.Type} ")}{name})";

        Node? Expand(Layer layer, Shape input)
        {
            try
            {
                return layer.Expand(Node.Input(), input);
            }
            catch (NetworkSpecException error)
            {
                throw new NetworkSpecException($"the network '{Name}': {Place()}, {error.Message}", error);
            }
        }
    }

    /// <summary>True where time is what a layer lacks: it runs out in a stack of convolutions and poolings.</summary>
    private static bool FitsLongerInput(Layer layer, Shape[] shapes)
    {
        const int LongTime = 1 << 16;
        return layer.TakesWindows && shapes is [{ Rank: 2 } only] && only[1] < LongTime &&
            !Fits(only[1]) && Fits(LongTime);

        bool Fits(int length)
        {
            try
            {
                _ = layer.OutputOf([new Shape(shapes[0][0], length)]);
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }

    private static string Count(LayerTypeAttribute type) => type.LeastInputs == type.MostInputs
        ? $"{type.LeastInputs} input{(type.LeastInputs == 1 ? "" : "s")}"
        : $"{type.LeastInputs} or more inputs";

    private string NameFor(Node node, LayerTypeAttribute type, string prefix)
    {
        string name;
        if (node.Name is { } given)
        {
            name = prefix + given;
        }
        else
        {
            string kind = prefix + type.Name;
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
            name = $"{kind}{counts[kind]}";
        }

        return names.Add(name)
            ? name
            : throw new NetworkSpecException(
                $"two layers of the network '{Name}' are called '{name}': give one of them another name in \"as\"");
    }
}
