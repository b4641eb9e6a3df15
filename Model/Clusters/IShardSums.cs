namespace NativeCnn.Model.Clusters;

/// <summary>Adds up what the shards of a mini-batch come to, over all processes.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
internal interface IShardSums
{
    /// <summary>Who has which shards and rows.</summary>
    ShardPlan Plan { get; }

    /// <summary>Begins a step.</summary>
    void Begin();

    /// <summary>
    /// Takes what a shard came to, and leaves the network's gradients 0 and its state as it was before the step.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="share">Its share of the mini-batch's rows; 0 where it has none and nothing was computed.</param>
    void Take(int shard, float share);

    /// <summary>
    /// Adds all shards of all processes, and gives the network the gradients and the state of the step.
    /// </summary>
    /// <param name="stops">Whether this process was asked to stop.</param>
    /// <exception cref="OperationCanceledException">One of the processes was: all stop at the same step.</exception>
    /// <exception cref="ClusterException">A process ended, or was silent for too long.</exception>
    void Finish(bool stops);
}
