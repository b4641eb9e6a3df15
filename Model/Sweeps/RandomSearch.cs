using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Sweeps;

/// <summary>[random]: jobs whose settings are drawn.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
internal sealed record RandomSearch : IValidated
{
    /// <summary>How many jobs.</summary>
    public required int Jobs { get; init; }

    /// <summary>Another seed draws other jobs.</summary>
    public long Seed { get; init; }

    /// <summary>What is drawn from what.</summary>
    public required IReadOnlyList<ValueRange> Ranges { get; init; }

    /// <inheritdoc/>
    public void Validate()
    {
        if (Jobs is < 1 or > SweepSpec.MostJobs)
        {
            throw new ArgumentException($"{Jobs} came: give 1 to {SweepSpec.MostJobs}", nameof(Jobs));
        }

        if (Ranges.Count == 0)
        {
            throw new ArgumentException("there are none: name what is to be drawn", nameof(Ranges));
        }
    }
}
