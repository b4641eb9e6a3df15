// A graph of ONNX operators that is being written: nodes in the order of their computation, constants, and names, of
// which there is one for each value.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using AttributeType = NativeCnn.Tools.Exporting.Onnx.AttributeProto.Types.AttributeType;
using DataType = NativeCnn.Tools.Exporting.Onnx.TensorProto.Types.DataType;

namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>Writes nodes; a value is known by its name.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
internal sealed class OnnxGraph
{
    private readonly GraphProto graph;
    private readonly HashSet<string> names = [];
    private readonly Dictionary<string, string> numbers = [];

    /// <summary>An empty graph.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="doc">What it computes, in a sentence.</param>
    public OnnxGraph(string name, string doc) => graph = new GraphProto { Name = name, DocString = doc };

    /// <summary>What was written.</summary>
    public GraphProto Proto => graph;

    /// <summary>An input of floats.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="doc">What it is, with its unit.</param>
    /// <param name="shape">A number, or a name for a free dimension.</param>
    public string Input(string name, string doc, params ReadOnlySpan<OnnxDimension> shape)
    {
        graph.Input.Add(Info(Reserve(name), doc, shape));
        return name;
    }

    /// <summary>Makes a value an output; there must be a node that gives it.</summary>
    public void Output(string name, string doc, params ReadOnlySpan<OnnxDimension> shape) =>
        graph.Output.Add(Info(name, doc, shape));

    /// <summary>Keeps a name for a value to come; later ones of that name get a number.</summary>
    public string Reserve(string name)
    {
        string unique = name;
        for (int number = 2; !names.Add(unique); number++)
        {
            unique = $"{name}_{number}";
        }

        return unique;
    }

    /// <summary>A node with one output.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="name">What its output shall be called.</param>
    /// <param name="inputs">Its inputs; empty for one that is left out.</param>
    /// <param name="attributes">Its settings.</param>
    /// <returns>The name of the output.</returns>
    public string Node(
        string type, string name, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        NodeNamed(type, Reserve(name), inputs, attributes);

    /// <summary>The same, with an output whose name was reserved.</summary>
    public string NodeNamed(
        string type, string output, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { Name = output, OpType = type, Output = { output } };
        node.Input.AddRange(inputs.ToArray());
        node.Attribute.AddRange(attributes.ToArray());
        graph.Node.Add(node);
        return output;
    }

    /// <summary>Parts of a value along a dimension, as many as lengths.</summary>
    public string[] Split(string x, int axis, params long[] lengths)
    {
        var node = new NodeProto { Name = Reserve($"{x}.split"), OpType = "Split" };
        node.Input.AddRange([x, Integers(lengths)]);
        node.Attribute.Add(Int("axis", axis));
        string[] parts = [.. lengths.Select((_, part) => Reserve($"{x}.part{part + 1}"))];
        node.Output.AddRange(parts);
        graph.Node.Add(node);
        return parts;
    }

    /// <summary>A constant of floats.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape; none for a single number.</param>
    /// <param name="values">Its numbers in row-major order.</param>
    public string Floats(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) =>
        Constant(Reserve(name), DataType.Float, shape, MemoryMarshal.AsBytes(values));

    /// <summary>A float; equal ones are one constant.</summary>
    public string Number(float value)
    {
        string key = $"f{BitConverter.SingleToInt32Bits(value):x8}";
        return numbers.TryGetValue(key, out string? there)
            ? there
            : numbers[key] = Floats(value.ToString("R", CultureInfo.InvariantCulture), [], [value]);
    }

    /// <summary>A vector of integers; equal ones are one constant.</summary>
    public string Integers(params ReadOnlySpan<long> values)
    {
        string text = string.Join(",", values.ToArray());
        string key = $"v{text}";
        if (!numbers.TryGetValue(key, out string? name))
        {
            name = Reserve(values.Length <= 4 ? $"[{text}]" : "indices");
            numbers[key] = Constant(name, DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values));
        }

        return name;
    }

    /// <summary>An integer; equal ones are one constant.</summary>
    public string Integer(long value)
    {
        string key = $"i{value}";
        return numbers.TryGetValue(key, out string? there)
            ? there
            : numbers[key] = Constant(
                Reserve($"{value}"), DataType.Int64, [], MemoryMarshal.AsBytes([value]));
    }

    /// <summary>A setting that is an integer.</summary>
    public static AttributeProto Int(string name, long value) =>
        new() { Name = name, I = value, Type = AttributeType.Int };

    /// <summary>A setting that is a float.</summary>
    public static AttributeProto Float(string name, float value) =>
        new() { Name = name, F = value, Type = AttributeType.Float };

    /// <summary>A setting that is a word.</summary>
    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, S = ByteString.CopyFrom(value, Encoding.UTF8), Type = AttributeType.String };

    /// <summary>A setting of several integers.</summary>
    public static AttributeProto Ints(string name, params long[] values) =>
        new() { Name = name, Ints = { values }, Type = AttributeType.Ints };

    private static ValueInfoProto Info(string name, string doc, ReadOnlySpan<OnnxDimension> shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (OnnxDimension one in shape)
        {
            dimensions.Dim.Add(one.ToProto());
        }

        return new ValueInfoProto
        {
            Name = name,
            DocString = doc,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float, Shape = dimensions },
            },
        };
    }

    private string Constant(string name, DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape.ToArray());
        graph.Initializer.Add(tensor);
        return name;
    }
}
