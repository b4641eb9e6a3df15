using NativeCnn.Engine.Devices;
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks.Planning;

/// <summary>Where a fusion might be: a chain of layers, each the only user of the one before.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Device">Where it would run.</param>
/// <param name="Batch">Clips of a mini-batch.</param>
/// <param name="Training">True in a plan for training.</param>
/// <param name="Chain">The layers, as far as the chain goes.</param>
public sealed record FusionSite(ComputeDevice Device, int Batch, bool Training, IReadOnlyList<GraphNode> Chain)
{
    /// <summary>The layer at a place of the chain if it is of a type, else null.</summary>
    public T? At<T>(int place) where T : Layer => place < Chain.Count ? Chain[place].Layer as T : null;
}
