using NativeCnn.Model.Clusters.Mpi;

namespace NativeCnn.Model.Clusters;

/// <summary>The processes that this one was started with.</summary>
public static class ProcessGroup
{
    /// <summary>Whether a launcher of MPI (mpirun, mpiexec, srun) started this process.</summary>
    public static bool IsLaunched => MpiLaunch.IsThere;

    /// <summary>Whether this is the process that speaks for all, before they have met.</summary>
    public static bool Speaks => !IsLaunched || MpiLaunch.Rank is null or 0;

    /// <summary>Joins them; a process that no launcher started is alone.</summary>
    /// <param name="failed">Told once, from another thread, when a process ended or fell silent.</param>
    /// <exception cref="ClusterException">There is no library of MPI, or one of another launcher.</exception>
    public static ICollective Join(Action<string> failed)
    {
        if (!IsLaunched)
        {
            return new SingleProcess();
        }

        var joined = MpiCollective.Join();
        joined.Watch.Failed += failed;
        return joined;
    }

    /// <summary>Tells the others that this process ends before the work is done.</summary>
    /// <param name="processes">Who.</param>
    /// <param name="why">Why, in a sentence.</param>
    public static void Leave(ICollective processes, string why) => (processes as MpiCollective)?.Watch.Leave(why);
}
