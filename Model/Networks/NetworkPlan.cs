// A network bound to one batch size: its stages, and all their memory in one block.
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Networks;

/// <summary>
/// A network planned for one batch size, for training or for inference. Running it allocates nothing. Plans of one
/// network share their memory: what one left, another may overwrite.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class NetworkPlan
{
    private readonly PlannedStage[] stages;
    private readonly Tensor<float>? logitsGradient;

    internal NetworkPlan(int batch, NetworkPlanner planned)
    {
        Batch = batch;
        stages = [.. planned.Stages];
        Input = planned.Input;
        Logits = planned.Logits;
        logitsGradient = planned.LogitsGradient;
        ForwardOperations = planned.ForwardOperations;
        BackwardOperations = planned.BackwardOperations;
        LossStage = planned.EndsInLogits ? stages[^1].Stage as ILossStage : null;
        MemoryBytes = planned.Arena.Length * (long)sizeof(float);
    }

    /// <summary>Clips of a mini-batch.</summary>
    public int Batch { get; }

    /// <summary>Where the mini-batch goes, [B, C, T].</summary>
    public Tensor<float> Input { get; }

    /// <summary>The network's answer before softmax, [B, classes].</summary>
    public Tensor<float> Logits { get; }

    /// <summary>Where the loss leaves its gradient, [B, classes]; only a plan for training has it.</summary>
    /// <exception cref="InvalidOperationException">The plan is for inference.</exception>
    public Tensor<float> LogitsGradient => logitsGradient
        ?? throw new InvalidOperationException("the network was planned for inference: it has no backward pass");

    /// <summary>Floating-point operations of a forward pass.</summary>
    public long ForwardOperations { get; }

    /// <summary>Floating-point operations of a backward pass.</summary>
    public long BackwardOperations { get; }

    /// <summary>Floating-point operations of a training step's passes, forward and backward.</summary>
    public long Operations => ForwardOperations + BackwardOperations;

    /// <summary>Bytes of input, activations, gradients and what stages keep, without the parameters.</summary>
    public long MemoryBytes { get; }

    /// <summary>The stages in order, such as <c>conv1 + relu + pool</c>.</summary>
    public IEnumerable<string> StageNames => stages.Select(stage => stage.Name);

    /// <summary>Those of <see cref="StageNames"/> that run more than one layer.</summary>
    public IEnumerable<string> FusedStageNames =>
        stages.Where(stage => stage.IsFused).Select(stage => stage.Name);

    internal IEnumerable<Stage> Stages => stages.Select(stage => stage.Stage);

    internal IReadOnlyList<PlannedStage> PlannedStages => stages;

    /// <summary>The last stage, where it gives the logits and may compute their loss; else null.</summary>
    internal ILossStage? LossStage { get; }

    /// <summary>Computes once what follows from parameters and states alone.</summary>
    internal void Prepare()
    {
        foreach (PlannedStage stage in stages)
        {
            stage.Stage.Prepare();
        }
    }

    /// <summary><see cref="Forward"/> without the last stage.</summary>
    internal void ForwardBeforeLoss()
    {
        for (int i = 0; i < stages.Length - 1; i++)
        {
            stages[i].Stage.Forward();
        }
    }

    /// <summary><see cref="Forward"/> of some of the first stages, told one by one.</summary>
    internal void ForwardObserved(int count, Action<PlannedStage> done)
    {
        foreach (PlannedStage stage in stages.AsSpan(0, count))
        {
            stage.Stage.Forward();
            done(stage);
        }
    }

    /// <summary><see cref="Backward"/>, told before and after each stage.</summary>
    internal void BackwardObserved(Action<PlannedStage> begins, Action<PlannedStage> done)
    {
        for (int i = stages.Length - 1; i >= 0; i--)
        {
            begins(stages[i]);
            stages[i].Backward();
            done(stages[i]);
        }
    }

    /// <summary>From <see cref="Input"/> to <see cref="Logits"/>.</summary>
    public void Forward()
    {
        foreach (PlannedStage stage in stages)
        {
            stage.Stage.Forward();
        }
    }

    /// <summary>From <see cref="LogitsGradient"/> to the gradients of all parameters, which accumulate.</summary>
    /// <exception cref="InvalidOperationException">The plan is for inference.</exception>
    public void Backward()
    {
        _ = LogitsGradient;
        for (int i = stages.Length - 1; i >= 0; i--)
        {
            stages[i].Backward();
        }
    }
}
