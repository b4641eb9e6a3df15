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

/// <summary>Does a step on a device.</summary>
internal static class StepExecution
{
    public const string Input = "input";
    public const string Targets = "targets";
    public const string ClassWeights = "class_weights";
    public const string OptimizerPrefix = "optimizer.";

    /// <summary>Does the step.</summary>
    /// <param name="device">Where.</param>
    /// <param name="setting">What step.</param>
    /// <param name="given">What it begins with.</param>
    /// <param name="fused">False runs each layer by itself.</param>
    /// <exception cref="SafeTensorsException">Something that it needs was not given, or has another size.</exception>
    public static IReadOnlyList<StepTensor> Run(
        ComputeDevice device, StepSetting setting, IReadOnlyDictionary<string, SafeTensor> given, bool fused)
    {
        var graph = new NetworkGraph(
            setting.Network, new Shape(setting.Input[0], setting.Input[1]), setting.Classes);
        var network = new Network(device, graph, seed: (ulong)setting.Training.Seed)
        {
            Fusions = fused ? FusionRules.All : FusionRules.None,
            Memory = ActivationMemory.Kept,
        };
        foreach ((string name, Tensor<float> value) in Kept(network))
        {
            value.CopyFrom(Given(given, name, value.Length));
        }

        int batch = Find(given, Targets).Count;
        NetworkPlan plan = network.PlanFor(batch, training: true);
        plan.Input.CopyFrom(Given(given, Input, plan.Input.Length));
        IOptimizer optimizer = OptimizerFactory.Create(network, setting.Training.Optimizer);
        foreach ((string name, Tensor<float> value) in optimizer.State)
        {
            value.CopyFrom(Given(given, OptimizerPrefix + name, value.Length));
        }

        network.Progress.SetStep(setting.Step - 1);
        network.Progress.Advance();
        network.Progress.SetLearningRate(setting.LearningRate);
        return
        [
            .. Forward(plan), .. Loss(network, plan, setting, given), .. Backward(network, plan),
            .. Update(network, optimizer),
        ];
    }

    /// <summary>What a network learns and keeps, by name.</summary>
    public static IEnumerable<(string Name, Tensor<float> Value)> Kept(Network network) =>
        network.Parameters.All.Select(one => (one.Name, one.Value)).Concat(
            network.Parameters.States.Select(one => (one.Name, one.Value)));

    private static IEnumerable<StepTensor> Forward(NetworkPlan plan)
    {
        foreach (PlannedStage stage in plan.PlannedStages)
        {
            stage.Stage.Forward();
            yield return StepTensor.Of($"output of {stage.Place.Nodes[^1].Name}", stage.Place.Y);
        }
    }

    private static IEnumerable<StepTensor> Loss(
        Network network, NetworkPlan plan, StepSetting setting, IReadOnlyDictionary<string, SafeTensor> given)
    {
        var totals = new MeterTotals(network.Device);
        var loss = new CrossEntropyLoss(new LossPlan
        {
            Device = network.Device,
            Batch = plan.Batch,
            Classes = network.Classes,
            Totals = totals,
            Progress = network.Progress,
            LabelSmoothing = setting.Training.LabelSmoothing,
            ClassWeights = given.ContainsKey(ClassWeights)
                ? network.Device.Upload<float>(new Shape(network.Classes), Given(given, ClassWeights, network.Classes))
                : null,
        });
        int[] targets = Find(given, Targets).As<int>().ToArray();
        if (targets.Any(target => (uint)target >= (uint)network.Classes))
        {
            throw new SafeTensorsException($"'{Targets}' names a class that is none of the {network.Classes}");
        }

        loss.ForwardBackward(
            plan.Logits, network.Device.Upload<int>(new Shape(plan.Batch), targets), plan.LogitsGradient);
        (double sum, _, long rows) = totals.Read();
        yield return new StepTensor("loss", [1], [(float)(sum / rows)]);
        yield return StepTensor.Of("gradient of logits", plan.LogitsGradient);
    }

    private static IEnumerable<StepTensor> Backward(Network network, NetworkPlan plan)
    {
        network.Parameters.Gradients.Clear();
        for (int i = plan.PlannedStages.Count - 1; i >= 0; i--)
        {
            PlannedStage stage = plan.PlannedStages[i];
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
                    Parameter parameter = network.ParameterOf(node, name)!;
                    yield return StepTensor.Of($"gradient of {parameter.Name}", parameter.Gradient!);
                }
            }
        }
    }

    private static IEnumerable<StepTensor> Update(Network network, IOptimizer optimizer)
    {
        optimizer.Step();
        return Kept(network).Select(one => StepTensor.Of($"new {one.Name}", one.Value)).Concat(
            optimizer.State.Select(one => StepTensor.Of($"new {OptimizerPrefix}{one.Name}", one.Value)));
    }

    private static SafeTensor Find(IReadOnlyDictionary<string, SafeTensor> given, string name) =>
        given.GetValueOrDefault(name)
            ?? throw new SafeTensorsException($"the training step lacks '{name}', which its network needs");

    private static float[] Given(IReadOnlyDictionary<string, SafeTensor> given, string name, int length)
    {
        ReadOnlySpan<float> values = Find(given, name).AsFloat32();
        return values.Length == length
            ? values.ToArray()
            : throw new SafeTensorsException(
                $"'{name}' of the training step has {values.Length} elements, its network takes {length}");
    }
}
