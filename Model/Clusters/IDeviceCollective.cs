using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Clusters;

/// <summary>
/// Carries what lies in the memory of the processes' devices, without the machines' memory. All call the same methods
/// in the same order; what is given is in the order of the device's work, and the host does not wait for it.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public interface IDeviceCollective : IDisposable
{
    /// <summary>What carries it, for people: <c>NCCL 2.21.5</c>.</summary>
    string About { get; }

    /// <summary>Gives every process the blocks of all, in the order of their ranks.</summary>
    /// <param name="own">This process's block, as long as those of the others.</param>
    /// <param name="all">Room for all blocks.</param>
    /// <exception cref="ClusterException">A process ended, or it cannot be done.</exception>
    void AllGather(Tensor<float> own, Tensor<float> all);

    /// <summary>Gives every process its block of each, in the order of their ranks.</summary>
    /// <param name="own">This process's blocks for all, all of one length, in the order of their ranks.</param>
    /// <param name="received">Room for as many blocks.</param>
    /// <exception cref="ClusterException">A process ended, or it cannot be done.</exception>
    void AllToAll(Tensor<float> own, Tensor<float> received);
}
