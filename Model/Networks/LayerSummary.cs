using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks;

/// <summary>A layer of a <see cref="NetworkSummary"/>; all figures are of one clip.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">Its name: <c>conv1</c>, or <c>residual1.conv1</c> in a block.</param>
/// <param name="Type">Its type in network files: <c>conv1d</c>.</param>
/// <param name="Output">[C, T] or [N].</param>
/// <param name="Parameters">How many numbers it learns.</param>
/// <param name="Operations">Floating-point operations of the forward pass; a multiply and an add are two.</param>
/// <param name="ActivationBytes">Bytes of the output; 0 where it is the input's memory in another shape.</param>
public sealed record LayerSummary(
    string Name, string Type, Shape Output, long Parameters, long Operations, long ActivationBytes);
