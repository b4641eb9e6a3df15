// Turns the list of layers into stages: which layers fuse, which tensors they need, who needs a gradient.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks.Stages;

namespace NativeCnn.Model.Networks;

internal sealed class NetworkPlanner(Network network, int batch, bool training, StepClock clock)
{
    private readonly ComputeDevice device = network.Device;
    private readonly TensorArena arena = new(network.Device);
    private readonly List<Func<Stage>> stages = [];

    public (Tensor<float> Input, Activation Output, Stage[] Stages) Plan()
    {
        // Nothing comes before the input, so nobody needs its gradient.
        var x = new Activation(arena.Plan(network.InputShape(batch)), Gradient: null);
        Tensor<float> input = x.Value;
        IReadOnlyList<BoundLayer> layers = network.Layers;
        for (int i = 0; i < layers.Count;)
        {
            (x, int taken) = PlanAt(layers, i, x);
            i += taken;
        }

        arena.Commit();
        return (input, x, [.. stages.Select(make => make())]);
    }

    /// <summary>Plans the stage that begins at a layer; gives its output and how many layers it covers.</summary>
    private (Activation Y, int Taken) PlanAt(IReadOnlyList<BoundLayer> layers, int at, Activation x)
    {
        BoundLayer layer = layers[at];
        LayerSpec? next = at + 1 < layers.Count ? layers[at + 1].Spec : null;
        LayerSpec? third = at + 2 < layers.Count ? layers[at + 2].Spec : null;
        switch (layer.Spec)
        {
            case Conv1dSpec spec when next is ReluSpec && third is MaxPool1dSpec pooled:
                {
                    Conv1dShape shape = ConvShape(spec, x.Shape);
                    Pool1dShape pool = PoolShape(pooled.Window, pooled.Stride, pooled.Padding, shape.Output);
                    Activation y = PlanActivation(pool.Output);
                    stages.Add(() => new ConvReluPoolStage(device, shape, pool, x, layer.Weight!, layer.Bias, y)
                    {
                        Name = $"{layer.Name} + relu + pool",
                    });
                    return (y, 3);
                }

            case Conv1dSpec spec when next is ReluSpec:
                {
                    Conv1dShape shape = ConvShape(spec, x.Shape);
                    Activation y = PlanActivation(shape.Output);
                    stages.Add(() => new ConvReluPoolStage(device, shape, null, x, layer.Weight!, layer.Bias, y)
                    {
                        Name = $"{layer.Name} + relu",
                    });
                    return (y, 2);
                }

            case Conv1dSpec spec:
                {
                    Conv1dShape shape = ConvShape(spec, x.Shape);
                    Activation y = PlanActivation(shape.Output);
                    stages.Add(() => new Conv1dStage(device, shape, x, layer.Weight!, layer.Bias, y) { Name = layer.Name });
                    return (y, 1);
                }

            case DenseSpec:
                {
                    bool relu = next is ReluSpec;
                    var shape = new DenseShape(batch, x.Shape[1], layer.Output[0]);
                    DropoutNumbers? dropout = relu && third is DropoutSpec spec && IsSmallDense(layers, at + 3)
                        ? new DropoutNumbers(network.Seed, (uint)(at + 2), spec.Rate)
                        : null;
                    Activation y = PlanActivation(shape.Output) with { Gate = dropout?.Scale ?? (relu ? 1 : 0) };
                    x.IsGatedByConsumer = x.Gate != 0 && IsSmallDense(layers, at);
                    stages.Add(() => new DenseStage(device, shape, relu, x, layer.Weight!, layer.Bias!, y)
                    {
                        Name = $"{layer.Name}{(relu ? " + relu" : "")}{(dropout is null ? "" : " + dropout")}",
                        Dropout = dropout is { } numbers ? (numbers, clock) : null,
                    });
                    return (y, dropout is not null ? 3 : relu ? 2 : 1);
                }

            case ReluSpec:
                {
                    Activation y = PlanActivation(x.Shape);
                    stages.Add(() => new ReluStage(device, x, y) { Name = layer.Name });
                    return (y, 1);
                }

            case ActivationSpec spec:
                {
                    Activation y = PlanActivation(x.Shape);
                    stages.Add(() => new ActivationStage(device, spec, x, y) { Name = layer.Name });
                    return (y, 1);
                }

            case MaxPool1dSpec spec:
                {
                    Pool1dShape shape = PoolShape(spec.Window, spec.Stride, spec.Padding, x.Shape);
                    Activation y = PlanActivation(shape.Output);
                    stages.Add(() => new MaxPool1dStage(device, shape, x, y) { Name = layer.Name });
                    return (y, 1);
                }

            case AveragePool1dSpec spec:
                {
                    Pool1dShape shape = PoolShape(spec.Window, spec.Stride, spec.Padding, x.Shape);
                    Activation y = PlanActivation(shape.Output);
                    stages.Add(() => new AveragePool1dStage(device, shape, x, y) { Name = layer.Name });
                    return (y, 1);
                }

            case BatchNorm1dSpec spec:
                {
                    bool relu = next is ReluSpec;
                    var shape = new BatchNormShape(batch, x.Shape[1], x.Shape.Rank > 2 ? x.Shape[2] : 1);
                    Activation y = PlanActivation(x.Shape);
                    stages.Add(() => new BatchNormStage(device, shape, spec, relu, training, x, layer, y)
                    {
                        Name = relu ? $"{layer.Name} + relu" : layer.Name,
                    });
                    return (y, relu ? 2 : 1);
                }

            case GlobalAveragePoolSpec:
                {
                    Pool1dShape shape = PoolShape(x.Shape[2], x.Shape[2], 0, x.Shape);
                    Activation y = PlanActivation(shape.Output);
                    stages.Add(() => new AveragePool1dStage(device, shape, x, y) { Name = layer.Name });
                    return (Flat(y), 1);
                }

            case GlobalMaxPoolSpec:
                {
                    Pool1dShape shape = PoolShape(x.Shape[2], x.Shape[2], 0, x.Shape);
                    Activation y = PlanActivation(shape.Output);
                    stages.Add(() => new MaxPool1dStage(device, shape, x, y) { Name = layer.Name });
                    return (Flat(y), 1);
                }

            case GlobalMeanMaxPoolSpec:
                {
                    Activation y = PlanActivation(new Shape(batch, 2 * x.Shape[1]));
                    stages.Add(() => new GlobalMeanMaxPoolStage(device, x, y) { Name = layer.Name });
                    return (y, 1);
                }

            case FlattenSpec:
                return (Flat(x), 1);

            case DropoutSpec when !training:
                return (x, 1);

            case DropoutSpec spec:
                {
                    Activation y = PlanActivation(x.Shape);
                    stages.Add(() => new DropoutStage(device, spec.Rate, (uint)at, network.Seed, clock, x, y)
                    {
                        Name = layer.Name,
                    });
                    return (y, 1);
                }

            default:
                throw new NetworkSpecException($"no stage is known for a layer of type {layer.Spec.GetType().Name}");
        }
    }

    /// <summary>True for a dense layer whose backward pass, in training, is one launch for it and the gate before it.</summary>
    private bool IsSmallDense(IReadOnlyList<BoundLayer> layers, int at) =>
        training && !network.KeepsDropoutApart && at < layers.Count && layers[at].Weight is { Value.Shape: var weight } &&
        layers[at].Spec is DenseSpec && Dense.IsSmall(device, new DenseShape(batch, weight[1], weight[0]));

    private Activation PlanActivation(Shape shape) => new(arena.Plan(shape), training ? arena.Plan(shape) : null);

    /// <summary>The same memory as [B, N].</summary>
    private Activation Flat(Activation x)
    {
        var flat = new Shape(batch, x.Shape.Length / batch);
        return new Activation(
            arena.PlanView(x.Value, flat), x.Gradient is null ? null : arena.PlanView(x.Gradient, flat));
    }

    private Conv1dShape ConvShape(Conv1dSpec spec, Shape x) => new(
        batch, x[1], x[2], spec.Filters, spec.Taps, spec.Stride, spec.Padding, spec.Dilation, spec.Groups);

    private Pool1dShape PoolShape(int window, int stride, int padding, Shape x) =>
        new(batch, x[1], x[2], window, stride, padding);
}
