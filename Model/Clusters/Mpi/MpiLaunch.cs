namespace NativeCnn.Model.Clusters.Mpi;

/// <summary>What the environment says of a launch by MPI: mpirun, mpiexec or srun.</summary>
internal static class MpiLaunch
{
    private static readonly string[] Ranks = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "MV2_COMM_WORLD_RANK"];

    private static readonly string[] Sizes = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE"];

    /// <summary>Whether a launcher of MPI started this process.</summary>
    public static bool IsThere => Ranks.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });

    /// <summary>This process's rank, as the launcher says; null where it does not.</summary>
    public static int? Rank => Number(Ranks);

    /// <summary>How many processes it started; null where it does not say.</summary>
    public static int? Size => Number(Sizes);

    private static int? Number(string[] names) => names
        .Select(Environment.GetEnvironmentVariable)
        .Select(text => int.TryParse(text, out int value) ? value : (int?)null)
        .FirstOrDefault(value => value is not null);
}
