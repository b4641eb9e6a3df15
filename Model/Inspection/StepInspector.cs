// The recorded step is the training's own: between its stages, what each has just computed is read, and nothing is
// computed anew, so that the weights come out bit for bit as without. Other steps are not touched.
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Inspection;

/// <summary>Records every so-many-th training step, and the last of an epoch that has no other.</summary>
internal sealed class StepInspector : IStepObserver
{
    private const float NearEnd = 0.01f;
    private const float IsDecided = 0.99f;

    private readonly Network network;
    private readonly int every;
    private readonly float[] before;
    private readonly List<StepInspection> recorded = [];
    private readonly Dictionary<PlannedStage, Seen> stages = [];
    private int lastEpoch;

    /// <summary>Prepares to record.</summary>
    /// <param name="network">What is trained.</param>
    /// <param name="every">Steps from one record to the next.</param>
    public StepInspector(Network network, int every)
    {
        this.network = network;
        this.every = every;
        before = new float[network.Parameters.Values.Length];
    }

    /// <inheritdoc/>
    public bool Wants(int epoch, int stepOfEpoch, int stepsPerEpoch) =>
        StepOf(epoch, stepOfEpoch, stepsPerEpoch) % every == 0 ||
        (stepOfEpoch == stepsPerEpoch && lastEpoch != epoch);

    /// <summary>The steps recorded since the last call.</summary>
    public IReadOnlyList<StepInspection> Take()
    {
        StepInspection[] taken = recorded.ToArray();
        recorded.Clear();
        return taken;
    }

    /// <inheritdoc/>
    public void StepBegins()
    {
        stages.Clear();
        network.Parameters.Values.CopyTo(before);
    }

    /// <inheritdoc/>
    public void ForwardDone(PlannedStage stage)
    {
        ReadOnlySpan<float> y = Values(stage.Place.Y);
        int units = stage.Place.Y.Shape[1];
        stages.Add(stage, new Seen(
            TensorSummary.Of(y), units, EndsInRelu(stage.Place.Nodes) ? DeadShare(y, stage.Place.Batch, units) : null,
            SaturatedShare(stage.Place.Nodes[^1].Layer!, y)));
    }

    /// <inheritdoc/>
    public void BackwardBegins(PlannedStage stage)
    {
        if (stage.Place.DY is { } gradient)
        {
            stages[stage].Gradient = TensorSummary.Of(Values(gradient));
        }
    }

    /// <inheritdoc/>
    public void BackwardDone(PlannedStage stage)
    {
        foreach (Parameter parameter in ParametersOf(stage))
        {
            stages[stage].Gradients.Add(TensorSummary.Of(Values(parameter.Gradient!)));
        }
    }

    /// <inheritdoc/>
    public void StepEnds(NetworkPlan plan, int epoch, int stepOfEpoch, int stepsPerEpoch, float learningRate)
    {
        lastEpoch = epoch;
        ReadOnlySpan<float> after = Values(network.Parameters.Values);
        List<StageInspection> found = [];
        foreach (PlannedStage stage in plan.PlannedStages)
        {
            Seen seen = stages[stage];
            List<ParameterInspection> parameters = [];
            foreach (Parameter parameter in stage.GoesBack ? ParametersOf(stage) : [])
            {
                int start = network.Parameters.StartOf(parameter);
                ReadOnlySpan<float> values = before.AsSpan(start, parameter.Value.Length);
                parameters.Add(new ParameterInspection(
                    parameter.Name, parameter.Value.Shape.ToArray(), TensorSummary.Of(values),
                    seen.Gradients[parameters.Count],
                    TensorSummary.RelativeChange(values, after.Slice(start, values.Length))));
            }

            found.Add(new StageInspection(
                stage.Name, seen.Output, seen.Gradient, seen.Units, seen.Dead, seen.Saturated, parameters));
        }

        recorded.Add(new StepInspection(
            epoch, StepOf(epoch, stepOfEpoch, stepsPerEpoch), learningRate, plan.Batch,
            DecidedShare(Values(plan.Logits), network.Classes), found));
    }

    private static int StepOf(int epoch, int stepOfEpoch, int stepsPerEpoch) =>
        ((epoch - 1) * stepsPerEpoch) + stepOfEpoch;

    private List<Parameter> ParametersOf(PlannedStage stage)
    {
        List<Parameter> own = [];
        foreach (GraphNode node in stage.Place.Nodes)
        {
            foreach (DeclaredTensor one in node.Declared)
            {
                if (one.IsLearnt)
                {
                    own.Add(network.ParameterOf(node, one.Name)!);
                }
            }
        }

        return own;
    }

    private static ReadOnlySpan<float> Values(Tensor<float> tensor) =>
        tensor.Device.IsHost ? tensor.Span : tensor.ToArray();

    /// <summary>True where a unit that is 0 in the output was 0 after a ReLU.</summary>
    private static bool EndsInRelu(IReadOnlyList<GraphNode> nodes)
    {
        int last = nodes.Count - 1;
        while (last >= 0 && nodes[last].Layer is MaxPool1dLayer or AveragePool1dLayer or GlobalAveragePoolLayer
            or GlobalMaxPoolLayer or GlobalMeanMaxPoolLayer or FlattenLayer or DropoutLayer)
        {
            last--;
        }

        return last >= 0 && nodes[last].Layer is ReluLayer;
    }

    private static float DeadShare(ReadOnlySpan<float> y, int batch, int units)
    {
        int length = y.Length / batch / units;
        int dead = 0;
        for (int unit = 0; unit < units; unit++)
        {
            bool lives = false;
            for (int clip = 0; clip < batch && !lives; clip++)
            {
                lives = y.Slice(((clip * units) + unit) * length, length).ContainsAnyExcept(0f);
            }

            dead += lives ? 0 : 1;
        }

        return (float)dead / units;
    }

    private static float? SaturatedShare(Layer layer, ReadOnlySpan<float> y)
    {
        (float low, float high)? ends = layer switch
        {
            SigmoidLayer => (0, 1),
            ActivationLayer { Function: ActivationKind.Tanh } => (-1, 1),
            _ => null,
        };
        if (ends is not var (least, most))
        {
            return null;
        }

        int near = 0;
        foreach (float value in y)
        {
            near += value < least + NearEnd || value > most - NearEnd ? 1 : 0;
        }

        return (float)near / y.Length;
    }

    private static float DecidedShare(ReadOnlySpan<float> logits, int classes)
    {
        int rows = logits.Length / classes;
        int decided = 0;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> x = logits.Slice(row * classes, classes);
            float largest = float.NegativeInfinity;
            foreach (float one in x)
            {
                largest = MathF.Max(largest, one);
            }

            double exponentials = 0;
            foreach (float one in x)
            {
                exponentials += Math.Exp((double)one - largest);
            }

            decided += 1 / exponentials > IsDecided ? 1 : 0;
        }

        return (float)decided / rows;
    }

    /// <summary>What is known of a stage before the step's end.</summary>
    private sealed class Seen(TensorSummary output, int units, float? dead, float? saturated)
    {
        public TensorSummary Output => output;

        public int Units => units;

        public float? Dead => dead;

        public float? Saturated => saturated;

        public TensorSummary? Gradient { get; set; }

        public List<TensorSummary> Gradients { get; } = [];
    }
}
