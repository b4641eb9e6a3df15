// Which stage of a network parts, where the logits do: the device runs its stages as it does in use, cpu each layer by
// itself, both from the normalised features of the proof. A stage whose weights are others than the proof's parts too,
// though both compute the same with them.
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;
using NativeCnn.Model.Runs;

namespace NativeCnn.Model.Proofs;

/// <summary>The stages of a network on a device beside those on <c>cpu</c>.</summary>
internal static class LayerComparison
{
    /// <summary>The stages in their order, as far as the first that parts.</summary>
    /// <param name="model">The model on the device.</param>
    /// <param name="onHost">The same model on another device, each layer by itself.</param>
    /// <param name="proof">The proof.</param>
    /// <param name="changed">The tensors of layers that are not the proof's.</param>
    /// <param name="tolerance">What part of a stage's largest number may be an error.</param>
    public static IReadOnlyList<ProofStage> Of(
        TrainedModel model, Func<ComputeDevice, TrainedModel> onHost, ModelProof proof, IReadOnlyList<string> changed,
        double tolerance)
    {
        using var host = ComputeDevice.Open("cpu");
        var reference = new Stages(onHost(host));
        var device = new Stages(model);
        ProofStage?[] worst = new ProofStage?[device.Planned.Count];
        for (int clip = 0; clip < proof.Count; clip++)
        {
            Dictionary<string, float[]> expected = reference.OutputsOf(proof, clip).ToDictionary(
                one => LastOf(one.Stage), one => one.Output);
            foreach ((int i, (PlannedStage stage, float[] output)) in device.OutputsOf(proof, clip).Index())
            {
                if (expected.TryGetValue(LastOf(stage), out float[]? right))
                {
                    int[] shape = stage.Place.Y.Shape.ToArray();
                    var one = ProofStage.Compare(stage.Name, shape, right, output, tolerance);
                    worst[i] = worst[i] is { } before && PartOf(before) >= PartOf(one) ? before : one;
                }
            }
        }

        List<ProofStage> stages = [];
        foreach ((int i, PlannedStage stage) in device.Planned.Index())
        {
            string? tensor = changed.FirstOrDefault(name => stage.Place.Nodes.Any(
                node => node.Declared.Any(one => $"{node.Name}.{one.Name}" == name)));
            ProofStage one = worst[i] ?? new ProofStage(stage.Name, 0, 0);
            stages.Add(tensor is null ? one : one with { Why = ProofCheck.ChangedWhy(tensor) });
            if (!stages[^1].Holds)
            {
                break;
            }
        }

        return stages;
    }

    private static double PartOf(ProofStage stage) => stage.LargestError / stage.Allowed;

    private static string LastOf(PlannedStage stage) => stage.Place.Nodes[^1].Name;

    /// <summary>A model's stages for one clip.</summary>
    private sealed class Stages(TrainedModel model)
    {
        private readonly ClipPass pass = new(model);
        private readonly NetworkPlan plan = model.Network.PlanFor(1, training: false);

        public IReadOnlyList<PlannedStage> Planned => plan.PlannedStages;

        public List<(PlannedStage Stage, float[] Output)> OutputsOf(ModelProof proof, int clip)
        {
            pass.Normalized.CopyFrom(ProofCheck.RowOf(proof.Normalized, clip));
            pass.Place();
            List<(PlannedStage, float[])> outputs = [];
            plan.ForwardObserved(Planned.Count, stage => outputs.Add((stage, stage.Place.Y.ToArray())));
            return outputs;
        }
    }
}
