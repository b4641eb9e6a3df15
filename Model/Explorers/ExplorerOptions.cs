namespace NativeCnn.Model.Explorers;

/// <summary>How much of a training goes into a step explorer.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record ExplorerOptions
{
    /// <summary>What a page may weigh unless <see cref="Keep"/> is given: it is opened on a telephone too.</summary>
    public const int MostBytes = 2_000_000;

    /// <summary>Steps that are recorded.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Channels and units kept of each layer; null for as many as <see cref="MostBytes"/> holds.</summary>
    public int? Keep { get; init; }

    /// <summary>
    /// The steps that are recorded, counted from 1: the first five, then ever wider apart, for a training changes most
    /// at its beginning. Twenty reach step 185.
    /// </summary>
    public IReadOnlyList<int> Recorded
    {
        get
        {
            List<int> steps = [1];
            while (steps.Count < Steps)
            {
                steps.Add(steps[^1] + ((steps[^1] + 3) / 4));
            }

            return steps;
        }
    }
}
