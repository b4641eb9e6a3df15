// A network's operators as ONNX's, each in the lines below. Batches are free; time is where the network takes any.
using NativeCnn.Model.Exports;
using NativeCnn.Model.Exports.Operators;

namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>Writes the operators of a network.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
internal sealed class OnnxNetwork
{
    private readonly OnnxGraph onnx;
    private readonly ExportGraph network;
    private readonly bool anyLength;
    private readonly Dictionary<ExportValue, string> values = [];
    private readonly Dictionary<string, string> weights = [];

    private OnnxNetwork(OnnxGraph onnx, ExportGraph network, bool anyLength)
    {
        this.onnx = onnx;
        this.network = network;
        this.anyLength = anyLength;
    }

    /// <summary>Writes a network.</summary>
    /// <param name="onnx">Where to.</param>
    /// <param name="network">The network, without batch normalisations.</param>
    /// <param name="input">The value that it reads, [batch, C, T].</param>
    /// <param name="output">The name of its output, reserved.</param>
    /// <param name="anyLength">Whether T is free.</param>
    /// <exception cref="ExportException">An operator is unknown.</exception>
    public static void Write(OnnxGraph onnx, ExportGraph network, string input, string output, bool anyLength) =>
        new OnnxNetwork(onnx, network, anyLength).Write(input, output);

    private void Write(string input, string output)
    {
        values[network.Input] = input;
        foreach (ExportOperator one in network.Operators)
        {
            values[one.Output] = Write(one, one.Output == network.Output ? output : onnx.Reserve(one.Output.Name));
        }

        if (network.Output == network.Input)
        {
            onnx.NodeNamed("Identity", output, [input]);
        }
    }

    private string Write(ExportOperator one, string y) => one switch
    {
        ConvOperator conv => Conv(conv, y),
        DenseOperator dense => onnx.NodeNamed(
            "Gemm", y, [values[dense.X], Weight(dense.Weight), Weight(dense.Bias)], OnnxGraph.Int("transB", 1)),
        AffineOperator affine => Affine(affine, y),
        GroupNormOperator norm => GroupNorm(norm, y),
        LayerNormOperator norm => LayerNorm(norm, y),
        FunctionOperator function => Function(function, y),
        PoolOperator pool => OnnxPool.Write(onnx, pool, values[pool.X], y, anyLength),
        GlobalPoolOperator pool => onnx.NodeNamed(
            pool.Mean ? "ReduceMean" : "ReduceMax", y, [values[pool.X]], OnnxGraph.Ints("axes", 2),
            OnnxGraph.Int("keepdims", 0)),
        FlattenOperator flatten => onnx.NodeNamed("Flatten", y, [values[flatten.X]], OnnxGraph.Int("axis", 1)),
        AddOperator add => Sum(add, y),
        ConcatOperator concat => onnx.NodeNamed(
            "Concat", y, [.. concat.Parts.Select(part => values[part])], OnnxGraph.Int("axis", 1)),
        ScaleOperator scale => onnx.NodeNamed(
            "Mul", y, [values[scale.X], onnx.Node("Unsqueeze", $"{y}.gate", [values[scale.Gate], onnx.Integers(2)])]),
        SoftmaxOperator softmax => onnx.NodeNamed(
            softmax.Logarithm ? "LogSoftmax" : "Softmax", y, [values[softmax.X]], OnnxGraph.Int("axis", 1)),
        _ => throw new ExportException(
            $"ONNX has no form for {one.GetType().Name} ({one.Output.Name}): write it in OnnxNetwork"),
    };

    private string Conv(ConvOperator conv, string y)
    {
        List<string> inputs = [values[conv.X], Weight(conv.Weight)];
        if (conv.Bias is { } bias)
        {
            inputs.Add(Weight(bias));
        }

        return onnx.NodeNamed(
            "Conv", y, [.. inputs], OnnxGraph.Ints("kernel_shape", conv.Taps), OnnxGraph.Ints("strides", conv.Stride),
            OnnxGraph.Ints("pads", conv.Before, conv.After), OnnxGraph.Ints("dilations", conv.Dilation),
            OnnxGraph.Int("group", conv.Groups));
    }

    private string Affine(AffineOperator affine, string y)
    {
        string x = values[affine.X];
        if (affine.Scale.Values.Any(scale => scale != 1))
        {
            x = onnx.Node("Mul", $"{y}.scaled", [x, PerChannel(affine.Scale, affine.X)]);
        }

        return onnx.NodeNamed("Add", y, [x, PerChannel(affine.Shift, affine.X)]);
    }

    /// <summary>Each group as a channel of an instance normalisation, which has no other numbers.</summary>
    private string GroupNorm(GroupNormOperator norm, string y)
    {
        float[] ones = [.. Enumerable.Repeat(1f, norm.Groups)];
        string groups = onnx.Node(
            "Reshape", $"{y}.groups", [values[norm.X], onnx.Integers(0, norm.Groups, -1)]);
        string normal = onnx.Node(
            "InstanceNormalization", $"{y}.normal",
            [
                groups, onnx.Floats($"{y}.ones", [norm.Groups], ones),
                onnx.Floats($"{y}.zeros", [norm.Groups], new float[norm.Groups]),
            ],
            OnnxGraph.Float("epsilon", norm.Epsilon));
        ReadOnlySpan<long> shape = norm.X.IsOverTime ? [0, norm.X.Channels, -1] : [0, norm.X.Channels];
        string channels = onnx.Node("Reshape", $"{y}.channels", [normal, onnx.Integers(shape)]);
        string scaled = onnx.Node("Mul", $"{y}.scaled", [channels, PerChannel(norm.Weight, norm.X)]);
        return onnx.NodeNamed("Add", y, [scaled, PerChannel(norm.Bias, norm.X)]);
    }

    private string LayerNorm(LayerNormOperator norm, string y)
    {
        AttributeProto[] settings = [OnnxGraph.Int("axis", -1), OnnxGraph.Float("epsilon", norm.Epsilon)];
        string[] tensors = [Weight(norm.Weight), Weight(norm.Bias)];
        if (!norm.X.IsOverTime)
        {
            return onnx.NodeNamed("LayerNormalization", y, [values[norm.X], .. tensors], settings);
        }

        AttributeProto swap = OnnxGraph.Ints("perm", 0, 2, 1);
        string steps = onnx.Node("Transpose", $"{y}.steps", [values[norm.X]], swap);
        string normal = onnx.Node("LayerNormalization", $"{y}.normal", [steps, .. tensors], settings);
        return onnx.NodeNamed("Transpose", y, [normal], swap);
    }

    private string Function(FunctionOperator function, string y)
    {
        string x = values[function.X];
        switch (function.Function)
        {
            case ExportFunction.Relu:
                return onnx.NodeNamed("Relu", y, [x]);
            case ExportFunction.Sigmoid:
                return onnx.NodeNamed("Sigmoid", y, [x]);
            case ExportFunction.Tanh:
                return onnx.NodeNamed("Tanh", y, [x]);
            case ExportFunction.LeakyRelu:
                return onnx.NodeNamed("LeakyRelu", y, [x], OnnxGraph.Float("alpha", function.Slope));
            case ExportFunction.Elu:
                return onnx.NodeNamed("Elu", y, [x], OnnxGraph.Float("alpha", function.Slope));
            case ExportFunction.Silu:
                return onnx.NodeNamed("Mul", y, [x, onnx.Node("Sigmoid", $"{y}.gate", [x])]);
            case ExportFunction.Gelu:
                string root = onnx.Node("Div", $"{y}.scaled", [x, onnx.Number(MathF.Sqrt(2))]);
                return Gelu(x, onnx.Node("Erf", $"{y}.erf", [root]), y);
            case ExportFunction.GeluTanh:
                string square = onnx.Node("Mul", $"{y}.square", [x, x]);
                string cubic = onnx.Node("Mul", $"{y}.cubic", [square, onnx.Number(0.044715f)]);
                string factor = onnx.Node("Add", $"{y}.factor", [cubic, onnx.Number(1)]);
                string bent = onnx.Node("Mul", $"{y}.bent", [x, factor]);
                string inner = onnx.Node("Mul", $"{y}.inner", [bent, onnx.Number((float)Math.Sqrt(2 / Math.PI))]);
                return Gelu(x, onnx.Node("Tanh", $"{y}.tanh", [inner]), y);
            default:
                throw new ExportException(
                    $"ONNX has no form for the function {function.Function} ({function.Output.Name}): write it in " +
                    nameof(OnnxNetwork));
        }
    }

    /// <summary>0.5 x (1 + gate).</summary>
    private string Gelu(string x, string gate, string y) => onnx.NodeNamed(
        "Mul", y,
        [
            onnx.Node("Mul", $"{y}.whole", [x, onnx.Node("Add", $"{y}.gate", [gate, onnx.Number(1)])]),
            onnx.Number(0.5f),
        ]);

    private string Sum(AddOperator add, string y)
    {
        string sum = values[add.Terms[0]];
        for (int term = 1; term < add.Terms.Count; term++)
        {
            string name = term == add.Terms.Count - 1 ? y : onnx.Reserve($"{y}.sum");
            sum = onnx.NodeNamed("Add", name, [sum, values[add.Terms[term]]]);
        }

        return sum;
    }

    /// <summary>A number for each channel, [C, 1] over time.</summary>
    private string PerChannel(ExportWeight weight, ExportValue x) => x.IsOverTime
        ? Weight(weight, weight.Shape.Length, 1)
        : Weight(weight);

    private string Weight(ExportWeight weight) => Weight(weight, [.. weight.Shape.ToArray().Select(one => (long)one)]);

    private string Weight(ExportWeight weight, params long[] shape)
    {
        if (!weights.TryGetValue(weight.Name, out string? name))
        {
            name = onnx.Floats(weight.Name, shape, [.. weight.Values]);
            weights.Add(weight.Name, name);
        }

        return name;
    }
}
