// What a layer says itself with for other programs: a method an operator, each of which gives a value for the next.
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Exports;

/// <summary>A layer's place in a network that is exported: what it takes, what it learnt, and the operators.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class LayerExport
{
    private readonly GraphNode node;
    private readonly IReadOnlyDictionary<string, ExportWeight> weights;
    private readonly List<ExportOperator> operators;
    private readonly bool forTraining;
    private int values;

    internal LayerExport(
        GraphNode node, IReadOnlyList<ExportValue> inputs, IReadOnlyDictionary<string, ExportWeight> weights,
        List<ExportOperator> operators, bool forTraining)
    {
        this.node = node;
        this.weights = weights;
        this.operators = operators;
        this.forTraining = forTraining;
        Inputs = inputs;
    }

    /// <summary>The inputs.</summary>
    public IReadOnlyList<ExportValue> Inputs { get; }

    /// <summary>The first input.</summary>
    public ExportValue X => Inputs[0];

    /// <summary>The first input of one clip.</summary>
    public Shape InputShape => X.Shape;

    /// <summary>The output of one clip.</summary>
    public Shape Output => node.Output;

    /// <summary>What the layer learnt or keeps under a name.</summary>
    /// <exception cref="ExportException">There is no such tensor.</exception>
    public ExportWeight this[string name] => Find(name)
        ?? throw new ExportException($"the layer {node.Name} has no tensor '{name}'");

    /// <summary>The same, or null.</summary>
    public ExportWeight? Find(string name) => weights.GetValueOrDefault($"{node.Name}.{name}");

    /// <summary>See <see cref="ConvOperator"/>.</summary>
    public ExportValue Conv1d(
        ExportValue x, Shape output, ExportWeight weight, ExportWeight? bias, int stride = 1, int before = 0,
        int after = 0, int dilation = 1, int groups = 1) => Give(output, y => new ConvOperator(
            x, y, weight, bias, stride, before, after, dilation, groups));

    /// <summary>See <see cref="Conv2dOperator"/>: a convolution over all rows in a graph for inference.</summary>
    public ExportValue Conv2d(
        ExportValue x, Shape output, ExportWeight weight, ExportWeight? bias, int bands, int bandStride,
        int bandPadding, int stride, int before, int after) => Give(output, y =>
        {
            var conv = new Conv2dOperator(
                x, y, weight, bias, bands, bandStride, bandPadding, stride, before, after);
            return forTraining ? conv : conv.OverAllBands();
        });

    /// <summary>See <see cref="DenseOperator"/>.</summary>
    public ExportValue Dense(ExportValue x, ExportWeight weight, ExportWeight bias) =>
        Give(new Shape(weight.Shape[0]), y => new DenseOperator(x, y, weight, bias));

    /// <summary>See <see cref="BatchNormOperator"/>.</summary>
    public ExportValue BatchNorm(
        ExportValue x, ExportWeight weight, ExportWeight bias, ExportWeight mean, ExportWeight variance,
        float epsilon, float momentum = 0.1f) => Give(x.Shape, y => new BatchNormOperator(
            x, y, weight, bias, mean, variance, epsilon)
        { Momentum = momentum });

    /// <summary>See <see cref="DropoutOperator"/>: the input itself in a graph for inference.</summary>
    public ExportValue Dropout(ExportValue x, float rate, DropoutExtent extent = DropoutExtent.Element) =>
        forTraining ? Give(x.Shape, y => new DropoutOperator(x, y, rate, extent)) : x;

    /// <summary>See <see cref="GroupNormOperator"/>.</summary>
    public ExportValue GroupNorm(ExportValue x, ExportWeight weight, ExportWeight bias, int groups, float epsilon) =>
        Give(x.Shape, y => new GroupNormOperator(x, y, weight, bias, groups, epsilon));

    /// <summary>See <see cref="LayerNormOperator"/>.</summary>
    public ExportValue LayerNorm(ExportValue x, ExportWeight weight, ExportWeight bias, float epsilon) =>
        Give(x.Shape, y => new LayerNormOperator(x, y, weight, bias, epsilon));

    /// <summary>See <see cref="FunctionOperator"/>.</summary>
    public ExportValue Function(ExportValue x, ExportFunction function, float slope = 0) =>
        Give(x.Shape, y => new FunctionOperator(x, y, function, slope));

    /// <summary>See <see cref="PoolOperator"/>.</summary>
    public ExportValue Pool(
        ExportValue x, Shape output, bool mean, int window, int stride, int padding = 0, bool ceilMode = false,
        bool countPadding = true) => Give(output, y => new PoolOperator(
            x, y, mean, window, stride, padding, ceilMode, countPadding));

    /// <summary>See <see cref="GlobalPoolOperator"/>.</summary>
    public ExportValue GlobalPool(ExportValue x, bool mean) =>
        Give(new Shape(x.Channels), y => new GlobalPoolOperator(x, y, mean));

    /// <summary>See <see cref="FlattenOperator"/>.</summary>
    public ExportValue Flatten(ExportValue x) => Give(new Shape(x.Shape.Length), y => new FlattenOperator(x, y));

    /// <summary>See <see cref="AddOperator"/>.</summary>
    public ExportValue Add(IReadOnlyList<ExportValue> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return Give(terms[0].Shape, y => new AddOperator(terms, y));
    }

    /// <summary>See <see cref="ConcatOperator"/>.</summary>
    public ExportValue Concat(IReadOnlyList<ExportValue> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        int channels = parts.Sum(part => part.Channels);
        return Give(
            parts[0].IsOverTime ? new Shape(channels, parts[0].Time) : new Shape(channels),
            y => new ConcatOperator(parts, y));
    }

    /// <summary>See <see cref="ScaleOperator"/>.</summary>
    public ExportValue Scale(ExportValue x, ExportValue gate) => Give(x.Shape, y => new ScaleOperator(x, gate, y));

    /// <summary>See <see cref="SoftmaxOperator"/>.</summary>
    public ExportValue Softmax(ExportValue x, bool logarithm = false) =>
        Give(x.Shape, y => new SoftmaxOperator(x, y, logarithm));

    /// <summary>Adds an operator whose output has the layer's name.</summary>
    private ExportValue Give(Shape shape, Func<ExportValue, ExportOperator> make)
    {
        values++;
        var y = new ExportValue(values == 1 ? node.Name : $"{node.Name}_{values}", shape);
        operators.Add(make(y));
        return y;
    }
}
