namespace NativeCnn.Engine.Tensors;

/// <summary>
/// Memory of an <see cref="LifetimeArena"/> that is needed during some steps only; other slots may lie at the same
/// place in the steps between.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class MemorySlot
{
    private readonly List<(int First, int Last)> lives = [];

    internal MemorySlot(int elements) => Elements = elements;

    /// <summary>How many numbers of 4 bytes it holds.</summary>
    public int Elements { get; }

    internal int Start { get; set; }

    /// <summary>The elements up to a whole number of <see cref="LifetimeArena.Step"/>.</summary>
    internal int Room => (Elements + LifetimeArena.Step - 1) / LifetimeArena.Step * LifetimeArena.Step;

    internal int End => checked(Start + Room);

    /// <summary>The slot holds a value from a step to another, both included.</summary>
    public void Live(int first, int last) => lives.Add((Math.Min(first, last), Math.Max(first, last)));

    /// <summary>From the first to the last step that it lives in.</summary>
    internal int Span => lives.Count == 0 ? 0 : lives.Max(life => life.Last) - lives.Min(life => life.First);

    /// <summary>The steps in which a life begins: the most live at one of these.</summary>
    internal IEnumerable<int> Steps => lives.Select(life => life.First);

    internal bool LivesAt(int step) => lives.Any(life => life.First <= step && step <= life.Last);

    internal bool Meets(MemorySlot other)
    {
        foreach ((int first, int last) in lives)
        {
            foreach ((int otherFirst, int otherLast) in other.lives)
            {
                if (first <= otherLast && otherFirst <= last)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
