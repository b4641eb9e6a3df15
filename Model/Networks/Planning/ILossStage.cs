using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks.Planning;

/// <summary>A stage that ends in the logits and can compute their loss in its own last launch.</summary>
internal interface ILossStage
{
    /// <summary>True where it can for this loss.</summary>
    bool Takes(ClassificationLoss loss);

    /// <summary>The stage's forward pass with the loss and the gradient of the logits.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="targets">[B].</param>
    /// <param name="classWeights">[classes], or null.</param>
    /// <param name="mixed">What the rows were mixed with, or null.</param>
    void Forward(
        ClassificationLoss loss, Tensor<int> targets, Tensor<float>? classWeights, MixedTargets? mixed);
}
