// What every cross-entropy against target classes is given: checked in one place, and brought to the portable kernels'
// arguments in one place.
using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The tensors of a pass.</summary>
/// <param name="Logits">[rows, classes].</param>
/// <param name="Targets">[rows].</param>
/// <param name="ClassWeights">[classes], or null for 1 each.</param>
/// <param name="Loss">[1].</param>
/// <param name="DLogits">[rows, classes]; null for a pass without the gradient.</param>
/// <param name="Mixed">What the rows were mixed with, or null where nothing was.</param>
internal readonly record struct CrossEntropyTensors(
    Tensor<float> Logits, Tensor<int> Targets, Tensor<float>? ClassWeights, Tensor<float> Loss, Tensor<float>? DLogits,
    MixedTargets? Mixed)
{
    /// <summary>Refuses what cannot be planned for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static void ExpectPlan(int rows, int classes, float labelSmoothing)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (!(labelSmoothing is >= 0f and <= 1f))
        {
            throw new ArgumentOutOfRangeException(
                nameof(labelSmoothing), labelSmoothing, "label smoothing is a share in [0, 1]");
        }
    }

    /// <summary>Refuses other shapes than planned.</summary>
    /// <exception cref="ArgumentException">A tensor has one.</exception>
    public void Expect(Shape rowsByClasses)
    {
        Logits.Expect(rowsByClasses);
        Targets.ExpectLength(rowsByClasses[0]);
        ClassWeights.ExpectLengthIfGiven(rowsByClasses[1]);
        Loss.ExpectLength(1);
        DLogits.ExpectIfGiven(rowsByClasses);
        Mixed?.Targets.ExpectLength(rowsByClasses[0]);
        Mixed?.Shares.ExpectLength(rowsByClasses[0]);
    }

    /// <summary>The arguments of a portable kernel.</summary>
    /// <param name="rowsByClasses">The shape of the logits.</param>
    /// <param name="partials">Where groups leave their sums.</param>
    /// <param name="labelSmoothing">The share of a target that is spread over all classes.</param>
    /// <param name="lanes">Threads of a row.</param>
    public SoftmaxCrossEntropyKernels.Args ToArgs(
        Shape rowsByClasses, ArrayView<float> partials, float labelSmoothing, int lanes) =>
        // What is not asked for is not touched; its view only has to be a valid one.
        new(
            Logits.View, Targets.View, (ClassWeights ?? Logits).View, (DLogits ?? Logits).View,
            (Mixed?.Targets ?? Targets).View, (Mixed?.Shares ?? Logits).View, partials, rowsByClasses[0],
            rowsByClasses[1], labelSmoothing, ClassWeights is null ? 0 : 1, DLogits is null ? 0 : 1,
            Mixed is null ? 0 : 1, lanes);
}
