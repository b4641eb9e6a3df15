// Samples of a clip, frames, steps: a number where every clip has as many, else an integer that the graph computes from
// what it is given. Arithmetic with numbers is done here, with the others by nodes.
namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>A length, known now or computed by the graph.</summary>
internal readonly struct OnnxLength
{
    private readonly OnnxGraph graph;
    private readonly string? name;
    private readonly long known;

    private OnnxLength(OnnxGraph graph, long known, string? name)
    {
        this.graph = graph;
        this.known = known;
        this.name = name;
    }

    /// <summary>The number, where it is known.</summary>
    public long? Known => name is null ? known : null;

    /// <summary>The integer as a value of the graph, without dimensions.</summary>
    public string Value => name ?? graph.Integer(known);

    /// <summary>A length that is known.</summary>
    public static OnnxLength Of(OnnxGraph graph, long length) => new(graph, length, null);

    /// <summary>How long a value is along a dimension.</summary>
    public static OnnxLength Of(OnnxGraph graph, string value, int axis) => new(
        graph, 0,
        graph.Node(
            "Gather", $"{value}.length",
            [graph.Node("Shape", $"{value}.shape", [value]), graph.Integer(axis)], OnnxGraph.Int("axis", 0)));

    /// <summary>The sum.</summary>
    public static OnnxLength operator +(OnnxLength a, long b) => b == 0 ? a : a.With("Add", a.known + b, b);

    /// <summary>The difference.</summary>
    public static OnnxLength operator -(OnnxLength a, long b) => a + -b;

    /// <summary>The product.</summary>
    public static OnnxLength operator *(OnnxLength a, long b) => b == 1 ? a : a.With("Mul", a.known * b, b);

    /// <summary>The quotient; of a number that is not below 0.</summary>
    public static OnnxLength operator /(OnnxLength a, long b) => b == 1 ? a : a.With("Div", a.known / b, b);

    /// <summary>The larger of both.</summary>
    public OnnxLength AtLeast(long least) => With("Max", Math.Max(known, least), least);

    /// <summary>The difference to another length.</summary>
    public OnnxLength Minus(OnnxLength other) => Known is { } mine && other.Known is { } its
        ? Of(graph, mine - its)
        : new OnnxLength(graph, 0, graph.Node("Sub", "length", [Value, other.Value]));

    private OnnxLength With(string type, long result, long operand) => name is null
        ? Of(graph, result)
        : new OnnxLength(graph, 0, graph.Node(type, "length", [name, graph.Integer(operand)]));
}
