// A network as PyTorch: its layers as modules, which carry the tensors of the file by its names, and its forward pass
// as lines of Python, an operator each.
using NativeCnn.Model.Exports;
using NativeCnn.Model.Exports.Operators;

namespace NativeCnn.Tools.Exporting.PyTorch;

/// <summary>The two halves of a network's class.</summary>
internal sealed class NetworkPage
{
    private readonly ModuleTree modules = new();
    private readonly Dictionary<ExportValue, string> variables = [];
    private readonly HashSet<string> names = ["x", "self", "torch", "nn", "F", "math"];
    private readonly List<string> forward = [];
    private readonly ExportGraph graph;

    /// <summary>Writes a network.</summary>
    /// <param name="graph">It, with its dropouts.</param>
    /// <exception cref="ExportException">An operator has no form here, or names meet.</exception>
    public NetworkPage(ExportGraph graph)
    {
        this.graph = graph;
        variables.Add(graph.Input, "x");
        if (!IsReadNextOnly(graph.Input, -1))
        {
            forward.Add($"{NameOf(graph.Input)} = x");
        }

        for (int i = 0; i < graph.Operators.Count; i++)
        {
            ExportOperator one = graph.Operators[i];
            string value = ValueOf(one);
            string name = IsReadNextOnly(one.Output, i) ? "x" : NewName(one.Output.Name);
            variables[one.Output] = name;
            forward.Add($"{name} = {value}");
        }

        forward.Add($"return {variables[graph.Output]}");
    }

    /// <summary>True where the page needs the class of blocks.</summary>
    public bool HasBlocks => InitLines("").Any(line => line.EndsWith("Block(", StringComparison.Ordinal));

    /// <summary>True where whole clips are dropped.</summary>
    public bool DropsClips => graph.Operators.Any(one => one is DropoutOperator { Extent: DropoutExtent.Clip });

    /// <summary>The lines that make the modules.</summary>
    public IEnumerable<string> InitLines(string indent) => modules.Lines(indent);

    /// <summary>The lines of the forward pass of x.</summary>
    public IEnumerable<string> ForwardLines(string indent) => forward.Select(line => indent + line);

    /// <summary>True where the next operator alone takes a value, so that it needs no name of its own.</summary>
    private bool IsReadNextOnly(ExportValue value, int index)
    {
        if (value == graph.Output)
        {
            return graph.Operators.All(one => !one.Inputs.Contains(value));
        }

        int uses = graph.Operators.Sum(one => one.Inputs.Count(input => input == value));
        return index + 1 < graph.Operators.Count &&
            graph.Operators[index + 1].Inputs.Count(input => input == value) == uses;
    }

    /// <summary>The name of a value that several read.</summary>
    private string NameOf(ExportValue value) => variables[value] = NewName(value.Name);

    private string NewName(string name)
    {
        string plain = PythonText.Identifier(name);
        while (!names.Add(plain))
        {
            plain += "_";
        }

        return plain;
    }

    /// <summary>Adds a module and gives its call.</summary>
    private string Module(string layer, string module)
    {
        IReadOnlyList<string> path = PyTorchNames.PathOf(layer);
        modules.Add(path, module);
        return $"self.{string.Join('.', path)}";
    }

    private string ModuleOf(ExportWeight weight, string module) =>
        Module(PyTorchNames.Split(weight.Name).Layer, module);

    private string ValueOf(ExportOperator one)
    {
        string x = variables[one.X];
        return one switch
        {
            ConvOperator conv => Convolution(conv, x),
            Conv2dOperator conv => Convolution(conv, x),
            DenseOperator dense =>
                $"{ModuleOf(dense.Weight, $"nn.Linear({dense.X.Channels}, {dense.Output.Channels})")}({x})",
            BatchNormOperator norm => $"{ModuleOf(norm.Weight, BatchNorm(norm))}({x})",
            GroupNormOperator norm => $"{ModuleOf(norm.Weight, GroupNorm(norm))}({x})",
            LayerNormOperator norm => LayerNorm(norm, x),
            DropoutOperator dropout => $"{Module(dropout.Output.Name, Dropout(dropout))}({x})",
            FunctionOperator function => Function(function, x),
            PoolOperator pool => Pool(pool, x),
            GlobalPoolOperator { Mean: true } => $"{x}.mean(2)",
            GlobalPoolOperator => $"{x}.amax(2)",
            FlattenOperator => $"{x}.flatten(1)",
            AddOperator add => string.Join(" + ", add.Terms.Select(term => variables[term])),
            ConcatOperator concat =>
                $"torch.cat([{string.Join(", ", concat.Parts.Select(part => variables[part]))}], 1)",
            ScaleOperator scale => $"{x} * {variables[scale.Gate]}[:, :, None]",
            SoftmaxOperator { Logarithm: true } => $"{x}.log_softmax(1)",
            SoftmaxOperator => $"{x}.softmax(1)",
            _ => throw new ExportException(
                $"the operator {one.GetType().Name} of '{one.Output.Name}' has no form in PyTorch: write it in " +
                "NetworkPage"),
        };
    }

    private string Convolution(ConvOperator conv, string x)
    {
        bool isEven = conv.Before == conv.After;
        string settings =
            $"{conv.X.Channels}, {conv.Output.Channels}, {conv.Taps}" +
            Unless(conv.Stride, 1, "stride") + Unless(isEven ? conv.Before : 0, 0, "padding") +
            Unless(conv.Dilation, 1, "dilation") + Unless(conv.Groups, 1, "groups") +
            (conv.Bias is null ? ", bias=False" : "");
        string padded = isEven ? x : $"F.pad({x}, ({conv.Before}, {conv.After}))";
        return $"{ModuleOf(conv.Weight, $"nn.Conv1d({settings})")}({padded})";
    }

    /// <summary>Windows of bands as clips of a Conv1d: [B, F C, T], [B G, R C, T], [B G, K, L], [B, G K, L].</summary>
    private string Convolution(Conv2dOperator conv, string x)
    {
        bool isEven = conv.Before == conv.After;
        string settings =
            $"{conv.Bands * conv.Channels}, {conv.Filters}, {conv.Taps}" + Unless(conv.Stride, 1, "stride") +
            Unless(isEven ? conv.Before : 0, 0, "padding") + (conv.Bias is null ? ", bias=False" : "");
        string bands = $"{x}.unflatten(1, ({conv.InputBands}, {conv.Channels}))";
        (int before, int after) = isEven ? (0, 0) : (conv.Before, conv.After);
        if (!isEven || conv.BandPadding > 0)
        {
            bands = $"F.pad({bands}, ({before}, {after}, 0, 0, {conv.BandPadding}, {conv.BandPadding}))";
        }

        string windows =
            $"{bands}.unfold(1, {conv.Bands}, {conv.BandStride}).permute(0, 1, 4, 2, 3).flatten(2, 3).flatten(0, 1)";
        return $"{ModuleOf(conv.Weight, $"nn.Conv1d({settings})")}({windows})" +
            $".unflatten(0, (-1, {conv.Windows})).flatten(1, 2)";
    }

    private static string BatchNorm(BatchNormOperator norm) =>
        $"nn.BatchNorm1d({norm.X.Channels}{Epsilon(norm.Epsilon)}" +
        (norm.Momentum == 0.1f ? "" : $", momentum={PythonText.Of(norm.Momentum)}") + ")";

    private static string GroupNorm(GroupNormOperator norm) =>
        $"nn.GroupNorm({norm.Groups}, {norm.X.Channels}{Epsilon(norm.Epsilon)})";

    private string LayerNorm(LayerNormOperator norm, string x)
    {
        string call = ModuleOf(norm.Weight, $"nn.LayerNorm({norm.X.Channels}{Epsilon(norm.Epsilon)})");
        return norm.X.IsOverTime ? $"{call}({x}.transpose(1, 2)).transpose(1, 2)" : $"{call}({x})";
    }

    private static string Dropout(DropoutOperator dropout)
    {
        string rate = PythonText.Of(dropout.Rate);
        return dropout.Extent switch
        {
            DropoutExtent.Clip => $"ClipDropout({rate})",
            DropoutExtent.Channel when dropout.X.IsOverTime => $"nn.Dropout1d({rate})",
            _ => $"nn.Dropout({rate})",
        };
    }

    private static string Function(FunctionOperator one, string x) => one.Function switch
    {
        ExportFunction.Relu => $"F.relu({x})",
        ExportFunction.Sigmoid => $"torch.sigmoid({x})",
        ExportFunction.LeakyRelu => $"F.leaky_relu({x}, {PythonText.Of(one.Slope)})",
        ExportFunction.Elu => $"F.elu({x}, {PythonText.Of(one.Slope)})",
        ExportFunction.Gelu => $"F.gelu({x})",
        ExportFunction.GeluTanh => $"F.gelu({x}, approximate=\"tanh\")",
        ExportFunction.Silu => $"F.silu({x})",
        ExportFunction.Tanh => $"torch.tanh({x})",
        _ => throw new ExportException($"the function {one.Function} has no form in PyTorch: write it in NetworkPage"),
    };

    private static string Pool(PoolOperator pool, string x) =>
        $"F.{(pool.Mean ? "avg" : "max")}_pool1d({x}, {pool.Window}, {pool.Stride}" +
        Unless(pool.Padding, 0, "padding") + (pool.CeilMode ? ", ceil_mode=True" : "") +
        (pool.Mean && !pool.CountPadding ? ", count_include_pad=False" : "") + ")";

    private static string Epsilon(float epsilon) => epsilon == 1e-5f ? "" : $", eps={PythonText.Of(epsilon)}";

    private static string Unless(int value, int usual, string name) => value == usual ? "" : $", {name}={value}";
}
