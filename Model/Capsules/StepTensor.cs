using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Capsules;

/// <summary>A tensor that a step computed.</summary>
/// <remarks>Immutable: may be shared between threads while nobody changes the arrays.</remarks>
/// <param name="Name">For instance <c>output of conv1</c> or <c>gradient of conv1.weight</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Values">Its elements, row-major.</param>
public sealed record StepTensor(string Name, int[] Shape, float[] Values)
{
    internal static StepTensor Of(string name, Tensor<float> tensor) =>
        new(name, tensor.Shape.ToArray(), tensor.ToArray());

    internal static StepTensor Of(string name, SafeTensor tensor) =>
        new(name, tensor.Shape, tensor.AsFloat32().ToArray());
}
