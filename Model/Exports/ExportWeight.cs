using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Exports;

/// <summary>A tensor that a network brings along.</summary>
/// <param name="Name">Its name in model.safetensors, such as <c>conv1.weight</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Values">Its numbers in row-major order.</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record ExportWeight(string Name, Shape Shape, IReadOnlyList<float> Values)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Shape}";
}
