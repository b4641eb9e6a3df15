using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Exports;

/// <summary>What an operator of an exported network takes or gives.</summary>
/// <param name="Name">Its name, of which there is one in a graph: that of the layer that gives it, such as
/// <c>residual2.conv1</c>, with a number where the layer gives several.</param>
/// <param name="Shape">Its shape for one clip, [C, T] or [N].</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record ExportValue(string Name, Shape Shape)
{
    /// <summary>True for channels over time, [C, T].</summary>
    public bool IsOverTime => Shape.Rank == 2;

    /// <summary>Channels C, or numbers N.</summary>
    public int Channels => Shape[0];

    /// <summary>Time steps T; 1 for a flat value.</summary>
    public int Time => Shape.Length / Shape[0];

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Shape}";
}
