namespace NativeCnn.Engine.HostBodies;

/// <summary>A piece of work that is split into parts. Parts may run at the same time and in any order.</summary>
public interface IHostBody
{
    /// <summary>Does one part.</summary>
    /// <param name="part">Which part, from 0.</param>
    /// <param name="worker">Which worker runs it, from 0: the place of per-worker scratch.</param>
    void Run(int part, int worker);
}
