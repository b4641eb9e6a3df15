using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Sweeps;

/// <summary>[halving]: all jobs train for a few epochs, and the best of each rung go on to the next.</summary>
/// <remarks>
/// Successive halving: Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization"
/// (2016); eta as in Li et al., "Hyperband" (2018). Immutable: may be shared between threads.
/// </remarks>
internal sealed record Halving : IValidated
{
    private const int MostEta = 1000;

    /// <summary>The epoch at which each rung ends; the last is where a training ends.</summary>
    public required IReadOnlyList<int> Rungs { get; init; }

    /// <summary>One of so many jobs goes on.</summary>
    public int Eta { get; init; } = 3;

    /// <summary>How many of a rung's jobs go on.</summary>
    public static int GoOn(int jobs, int eta) => Math.Max(1, jobs / eta);

    /// <inheritdoc/>
    public void Validate()
    {
        if (Rungs.Count < 2 || Rungs[0] < 1 || Rungs.Zip(Rungs.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new ArgumentException("give two epochs or more, each above the one before: [1, 3, 9]", nameof(Rungs));
        }

        if (Eta is < 2 or > MostEta)
        {
            throw new ArgumentException($"{Eta} came: give 2 to {MostEta}", nameof(Eta));
        }
    }
}
