// One mini-batch through the network, planned for one batch size: what a step of training or of evaluation is.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>The operators around a plan: rows in, loss and count of right answers out.</summary>
internal sealed class MiniBatch
{
    private readonly GatherRows gather;
    private readonly StepClock clock;
    private readonly ClassificationLoss? trainingLoss;
    private readonly SoftmaxCrossEntropy crossEntropy;
    private readonly ClassificationMeter meter;
    private readonly Tensor<float> loss;
    private readonly Tensor<float>? classWeights;

    public MiniBatch(
        Network network, int batch, bool training, MeterTotals totals, Tensor<float>? classWeights = null,
        float labelSmoothing = 0)
    {
        ComputeDevice device = network.Device;
        Plan = network.PlanFor(batch, training);
        Targets = device.Allocate<int>(new Shape(batch));
        loss = device.Allocate<float>(new Shape(1));
        gather = new GatherRows(device, batch, Plan.Input.Length / batch);
        crossEntropy = new SoftmaxCrossEntropy(device, batch, network.Classes, labelSmoothing);
        meter = new ClassificationMeter(device, batch, network.Classes, totals);
        clock = network.Clock;
        trainingLoss = training
            ? new ClassificationLoss(device, batch, network.Classes, totals, clock, labelSmoothing)
            : null;
        this.classWeights = classWeights;
    }

    public NetworkPlan Plan { get; }

    public Tensor<int> Targets { get; }

    /// <summary>Takes the rows that <paramref name="order"/> names from <paramref name="start"/> on.</summary>
    public void Load(FeatureSet set, Tensor<int> order, int start) =>
        gather.Gather(set.Features, set.Labels, order, start, Plan.Input, Targets);

    /// <summary>Takes the rows that are next in a feed, from the machine's memory.</summary>
    public void Take(RowFeed feed) => feed.Take(Plan.Input, Targets);

    /// <summary>Begins a training step whose rows are there.</summary>
    public void BeginStep() => clock.Advance();

    /// <summary>Begins a training step with the rows that <paramref name="order"/> names from the clock's position on.</summary>
    public void BeginStep(FeatureSet set, Tensor<int> order) =>
        gather.GatherNext(set.Features, set.Labels, order, clock, Plan.Input, Targets);

    public void Forward() => Plan.Forward();

    /// <summary>
    /// Adds loss and right answers to the totals, leaves the gradient of the loss in the plan, and moves the clock on to
    /// the next mini-batch.
    /// </summary>
    public void LossAndGradient() => trainingLoss!.ForwardBackward(
        Plan.Logits, Targets, classWeights, Plan.LogitsGradient);

    /// <summary>Adds loss and right answers to the totals.</summary>
    public void Loss()
    {
        crossEntropy.Forward(Plan.Logits, Targets, classWeights, loss);
        meter.Add(Plan.Logits, Targets, loss);
    }

    public void Backward() => Plan.Backward();
}
