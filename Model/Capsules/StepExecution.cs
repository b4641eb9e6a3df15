// A training step from what a capsule gives, and what came of it, in this order:
//   output of LAYER       each stage's output, named by its last layer
//   loss, gradient of logits
//   gradient of LAYER     the gradient of a stage's output, before the stage goes back; last stage first
//   gradient of LAYER.weight, ...   what the stage adds to the gradients of what it learns
//   new LAYER.weight, ..., new running statistics, new buffers of the optimiser
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Fusion;
using NativeCnn.Model.Networks.Planning;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Capsules;

/// <summary>A step on a device. All its activations and gradients stay in memory.</summary>
internal sealed class StepExecution
{
    public const string Input = "input";
    public const string Targets = "targets";
    public const string ClassWeights = "class_weights";
    public const string MixedTargets = "mixed_targets";
    public const string MixedShares = "mixed_shares";
    public const string OptimizerPrefix = "optimizer.";

    private readonly StepSetting setting;
    private readonly IReadOnlyDictionary<string, SafeTensor> given;
    private readonly ParameterUpdate optimizer;
    private readonly Dictionary<string, StepTensor> gradients = [];

    /// <summary>Plans the step.</summary>
    /// <param name="device">Where.</param>
    /// <param name="setting">What step.</param>
    /// <param name="given">What it begins with.</param>
    /// <param name="fused">False runs each layer by itself.</param>
    /// <exception cref="SafeTensorsException">Something that it needs was not given, or has another size.</exception>
    public StepExecution(
        ComputeDevice device, StepSetting setting, IReadOnlyDictionary<string, SafeTensor> given, bool fused)
    {
        this.setting = setting;
        this.given = given;
        var graph = new NetworkGraph(
            setting.Network, new Shape([.. setting.Input]), setting.Classes);
        Network = new Network(device, graph, seed: (ulong)setting.Training.Seed)
        {
            Fusions = fused ? FusionRules.All : FusionRules.None,
            Memory = ActivationMemory.Kept,
        };
        Plan = Network.PlanFor(Find(given, Targets).Count, training: true);
        optimizer = new ParameterUpdate(Network, setting.Training);
        Rewind();
    }

    public Network Network { get; }

    public NetworkPlan Plan { get; }

    /// <summary>Puts back what the step begins with.</summary>
    public void Rewind()
    {
        foreach ((string name, Tensor<float> value) in Kept(Network))
        {
            value.CopyFrom(Given(name, value.Length));
        }

        foreach ((string name, Tensor<float> value) in optimizer.State)
        {
            value.CopyFrom(Given(OptimizerPrefix + name, value.Length));
        }

        Plan.Input.CopyFrom(Given(Input, Plan.Input.Length));
        Network.Progress.SetStep(setting.Step - 1);
        Network.Progress.Advance();
        Network.Progress.SetLearningRate(setting.LearningRate);
    }

    /// <summary>Does the step.</summary>
    public IReadOnlyList<StepTensor> Run() => [.. Each()];

    /// <summary>Does the step as far as its tensors are asked for, one after the other.</summary>
    public IEnumerable<StepTensor> Each() =>
        Forward().Concat(Loss()).Concat(Backward()).Concat(Lazily(Update));

    /// <summary>The optimiser's buffers.</summary>
    public IEnumerable<(string Name, Tensor<float> Value)> Remembered => optimizer.State;

    /// <summary>What a network learns and keeps, by name.</summary>
    public static IEnumerable<(string Name, Tensor<float> Value)> Kept(Network network) =>
        network.Parameters.All.Select(one => (one.Name, one.Value)).Concat(
            network.Parameters.States.Select(one => (one.Name, one.Value)));

    private IEnumerable<StepTensor> Forward()
    {
        foreach (PlannedStage stage in Plan.PlannedStages)
        {
            stage.Stage.Forward();
            yield return StepTensor.Of($"output of {stage.Place.Nodes[^1].Name}", stage.Place.Y);
        }
    }

    private IEnumerable<StepTensor> Loss()
    {
        var totals = new MeterTotals(Network.Device);
        var loss = new CrossEntropyLoss(new LossPlan
        {
            Device = Network.Device,
            Batch = Plan.Batch,
            Classes = Network.Classes,
            Totals = totals,
            Progress = Network.Progress,
            LabelSmoothing = setting.Training.LabelSmoothing,
            ClassWeights = given.ContainsKey(ClassWeights)
                ? Network.Device.Upload<float>(new Shape(Network.Classes), Given(ClassWeights, Network.Classes))
                : null,
        });
        int[] targets = Find(given, Targets).As<int>().ToArray();
        if (targets.Any(target => (uint)target >= (uint)Network.Classes))
        {
            throw new SafeTensorsException($"'{Targets}' names a class that is none of the {Network.Classes}");
        }

        loss.ForwardBackward(
            Plan.Logits, Network.Device.Upload<int>(new Shape(Plan.Batch), targets), Plan.LogitsGradient, Mixed());
        (double sum, _, long rows) = totals.Read();
        yield return new StepTensor("loss", [1], [(float)(sum / rows)]);
        yield return StepTensor.Of("gradient of logits", Plan.LogitsGradient);
    }

    /// <summary>What mixup mixed the clips with; null where it did not.</summary>
    private MixedTargets? Mixed() => !given.TryGetValue(MixedTargets, out SafeTensor? others) ? null : new MixedTargets(
        Network.Device.Upload<int>(new Shape(Plan.Batch), others.AsInt32()),
        Network.Device.Upload<float>(new Shape(Plan.Batch), Given(MixedShares, Plan.Batch)));

    /// <summary>The others are iterators, which begin when they are first asked; this makes one of a method.</summary>
    private static IEnumerable<StepTensor> Lazily(Func<IEnumerable<StepTensor>> part)
    {
        foreach (StepTensor one in part())
        {
            yield return one;
        }
    }

    private IEnumerable<StepTensor> Backward()
    {
        Network.Parameters.Gradients.Clear();
        for (int i = Plan.PlannedStages.Count - 1; i >= 0; i--)
        {
            PlannedStage stage = Plan.PlannedStages[i];
            if (!stage.GoesBack)
            {
                continue;
            }

            yield return StepTensor.Of($"gradient of {stage.Place.Nodes[^1].Name}", stage.Place.DY!);
            stage.Backward();
            foreach (GraphNode node in stage.Place.Nodes)
            {
                foreach (string name in node.Declared.Where(one => one.IsLearnt).Select(one => one.Name))
                {
                    Parameter parameter = Network.ParameterOf(node, name)!;
                    yield return StepTensor.Of($"gradient of {parameter.Name}", parameter.Gradient!);
                }
            }
        }
    }

    /// <summary>The gradient that a parameter had before the optimiser set it to zero.</summary>
    public StepTensor GradientOf(string parameter) => gradients[parameter];

    private IEnumerable<StepTensor> Update()
    {
        foreach (Parameter one in Network.Parameters.All)
        {
            gradients[one.Name] = StepTensor.Of(one.Name, one.Gradient!);
        }

        optimizer.Step();
        return Kept(Network).Select(one => StepTensor.Of($"new {one.Name}", one.Value)).Concat(
            optimizer.State.Select(one => StepTensor.Of($"new {OptimizerPrefix}{one.Name}", one.Value)));
    }

    private static SafeTensor Find(IReadOnlyDictionary<string, SafeTensor> given, string name) =>
        given.GetValueOrDefault(name)
            ?? throw new SafeTensorsException($"the training step lacks '{name}', which its network needs");

    private float[] Given(string name, int length)
    {
        ReadOnlySpan<float> values = Find(given, name).AsFloat32();
        return values.Length == length
            ? values.ToArray()
            : throw new SafeTensorsException(
                $"'{name}' of the training step has {values.Length} elements, its network takes {length}");
    }
}
