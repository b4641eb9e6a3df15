// Computes an exported file as it stands, node after node, with the operators that exports have and no others: what
// another program makes of it can be compared, and a file that was changed shows it. It is written to be read against
// ONNX's operator descriptions (opset 17), not to be fast.
using Google.Protobuf;
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Tools.Exporting.C.Steps;

namespace NativeCnn.Tools.Exporting.Onnx.Running;

/// <summary>An ONNX file that can be computed.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
internal sealed class OnnxProgram
{
    private static readonly Dictionary<string, Func<OnnxCall, OnnxValue[]>> Operators = new()
    {
        ["Add"] = OnnxElements.Of((a, b) => a + b, (a, b) => a + b),
        ["Sub"] = OnnxElements.Of((a, b) => a - b, (a, b) => a - b),
        ["Mul"] = OnnxElements.Of((a, b) => a * b, (a, b) => a * b),
        ["Div"] = OnnxElements.Of((a, b) => a / b, (a, b) => a / b),
        ["Max"] = OnnxElements.Of(Math.Max, Math.Max),
        ["Min"] = OnnxElements.Of(Math.Min, Math.Min),
        ["Mod"] = OnnxElements.Of((a, b) => a - (b * MathF.Floor(a / b)), (a, b) => ((a % b) + b) % b),
        ["Less"] = OnnxElements.Less,
        ["Where"] = OnnxElements.Where,
        ["Expand"] = OnnxElements.Expand,
        ["Cast"] = OnnxElements.Cast,
        ["Identity"] = OnnxElements.Of(x => x),
        ["Log"] = OnnxElements.Of(MathF.Log),
        ["Sqrt"] = OnnxElements.Of(MathF.Sqrt),
        ["Erf"] = OnnxElements.Of(Erf),
        ["Relu"] = OnnxElements.Of(ExportFunction.Relu),
        ["Sigmoid"] = OnnxElements.Of(ExportFunction.Sigmoid),
        ["Tanh"] = OnnxElements.Of(ExportFunction.Tanh),
        ["LeakyRelu"] = OnnxElements.Of(ExportFunction.LeakyRelu),
        ["Elu"] = OnnxElements.Of(ExportFunction.Elu),
        ["Shape"] = OnnxShapes.Shape,
        ["Reshape"] = OnnxShapes.Reshape,
        ["Flatten"] = OnnxShapes.Flatten,
        ["Unsqueeze"] = OnnxShapes.Unsqueeze,
        ["Transpose"] = OnnxShapes.Transpose,
        ["Concat"] = OnnxShapes.Concat,
        ["Split"] = OnnxShapes.Split,
        ["Slice"] = OnnxShapes.Slice,
        ["Gather"] = OnnxShapes.Gather,
        ["Pad"] = OnnxShapes.Pad,
        ["Range"] = OnnxShapes.Range,
        ["ReduceMean"] = OnnxReductions.Mean,
        ["ReduceMax"] = OnnxReductions.Max,
        ["ReduceSumSquare"] = OnnxReductions.SumSquare,
        ["Softmax"] = OnnxReductions.Softmax,
        ["LogSoftmax"] = OnnxReductions.LogSoftmax,
        ["InstanceNormalization"] = OnnxReductions.InstanceNormalization,
        ["LayerNormalization"] = OnnxReductions.LayerNormalization,
        ["Conv"] = OnnxProducts.Conv,
        ["Gemm"] = OnnxProducts.Gemm,
        ["MatMul"] = OnnxProducts.MatMul,
        ["MaxPool"] = OnnxProducts.MaxPool,
        ["AveragePool"] = OnnxProducts.AveragePool,
    };

    private readonly GraphProto graph;
    private readonly Dictionary<string, OnnxValue> constants;

    /// <summary>Reads the constants of a file.</summary>
    /// <exception cref="OnnxException">One of them is damaged.</exception>
    public OnnxProgram(ModelProto model)
    {
        graph = model.Graph ?? throw new OnnxException("it has no graph");
        constants = [];
        foreach (TensorProto tensor in graph.Initializer)
        {
            constants[tensor.Name] = OnnxValue.Of(tensor);
        }

        Metadata = model.MetadataProps.GroupBy(one => one.Key).ToDictionary(one => one.Key, one => one.Last().Value);
    }

    /// <summary>What the file says of itself.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The constants of the file.</summary>
    public IEnumerable<TensorProto> Constants => graph.Initializer;

    /// <summary>Reads a file.</summary>
    /// <exception cref="OnnxException">It is no ONNX file, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OnnxProgram Load(string path)
    {
        try
        {
            return new OnnxProgram(ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new OnnxException($"it is no ONNX file: {error.Message}", error);
        }
    }

    /// <summary>The name of the first node that reads a value; null where none does.</summary>
    public string? ReaderOf(string value) => graph.Node.FirstOrDefault(one => one.Input.Contains(value))?.Name;

    /// <summary>Computes values of the graph.</summary>
    /// <param name="input">What its only input is given.</param>
    /// <param name="wanted">The values that are asked for; nodes behind the last of them are not computed.</param>
    /// <exception cref="OnnxException">A node cannot be computed; the message names it.</exception>
    public Dictionary<string, OnnxValue> Run(OnnxValue input, params IReadOnlyList<string> wanted)
    {
        if (graph.Input.Count != 1)
        {
            throw new OnnxException($"it has {graph.Input.Count} inputs, where one was expected");
        }

        var values = new Dictionary<string, OnnxValue>(constants) { [graph.Input[0].Name] = input };
        foreach (NodeProto node in graph.Node)
        {
            if (wanted.All(values.ContainsKey))
            {
                break;
            }

            OnnxValue[] outputs = Compute(node, values);
            foreach ((string name, OnnxValue value) in node.Output.Zip(outputs))
            {
                values[name] = value;
            }
        }

        return wanted.ToDictionary(name => name, name => values.TryGetValue(name, out OnnxValue? value)
            ? value
            : throw new OnnxException($"it has no value '{name}'"));
    }

    private static OnnxValue[] Compute(NodeProto node, Dictionary<string, OnnxValue> values)
    {
        if (!Operators.TryGetValue(node.OpType, out Func<OnnxCall, OnnxValue[]>? compute))
        {
            throw new OnnxException($"'{node.Name}': no export has the operator {node.OpType}");
        }

        try
        {
            return compute(new OnnxCall(node, [.. node.Input.Select(name => values[name])]));
        }
        catch (Exception error) when (error is OnnxException or ArgumentException or IndexOutOfRangeException
            or KeyNotFoundException or OverflowException or DivideByZeroException or InvalidOperationException
            or AggregateException)
        {
            // A file from somewhere: shapes that do not go together show in many ways, all of which mean the same.
            throw new OnnxException($"'{node.Name}' ({node.OpType}) cannot be computed: {error.Message}", error);
        }
    }

    /// <summary>The error function, by the normal distribution.</summary>
    private static float Erf(float x) => (float)((2 * CFunctions.Normal(x * Math.Sqrt(2))) - 1);
}
