// A network bound to one batch size: its stages, and all their memory in one arena.
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks.Stages;

namespace NativeCnn.Model.Networks;

/// <summary>
/// A network planned for one batch size, for training or for inference. Running it allocates nothing.
/// </summary>
public sealed class NetworkPlan
{
    private readonly Stage[] stages;
    private readonly Activation output;

    internal NetworkPlan(Network network, int batch, bool training, StepClock clock)
    {
        Batch = batch;
        var planner = new NetworkPlanner(network, batch, training, clock);
        (Input, output, stages) = planner.Plan();
        ForwardOperations = stages.Sum(stage => stage.ForwardOperations);
        BackwardOperations = stages.Sum(stage => stage.BackwardOperations);
    }

    /// <summary>Clips of a mini-batch.</summary>
    public int Batch { get; }

    /// <summary>Where the mini-batch goes, [B, C, T].</summary>
    public Tensor<float> Input { get; }

    /// <summary>The network's answer before softmax, [B, classes].</summary>
    public Tensor<float> Logits => output.Value;

    /// <summary>Where the loss leaves its gradient, [B, classes]; only a plan for training has it.</summary>
    /// <exception cref="InvalidOperationException">The plan is for inference.</exception>
    public Tensor<float> LogitsGradient => output.RequiredGradient;

    /// <summary>Floating-point operations of a forward pass.</summary>
    public long ForwardOperations { get; }

    /// <summary>Floating-point operations of a backward pass.</summary>
    public long BackwardOperations { get; }

    /// <summary>The stages in order, such as <c>conv1 + relu + pool</c>.</summary>
    public IEnumerable<string> StageNames => stages.Select(stage => stage.Name);

    internal IEnumerable<Stage> Stages => stages;

    /// <summary>From <see cref="Input"/> to <see cref="Logits"/>.</summary>
    public void Forward()
    {
        foreach (Stage stage in stages)
        {
            stage.Forward();
        }
    }

    /// <summary>From <see cref="LogitsGradient"/> to the gradients of all parameters, which accumulate.</summary>
    public void Backward()
    {
        for (int i = stages.Length - 1; i >= 0; i--)
        {
            stages[i].Backward();
        }
    }
}
