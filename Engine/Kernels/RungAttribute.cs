namespace NativeCnn.Engine.Kernels;

/// <summary>
/// The rung of a portable kernel on its operator's ladder, which the head of its file tells: 1 naive (where nothing is
/// said), 2 tiled in shared memory, 3 and more tiled in registers.
/// </summary>
/// <param name="number">The rung, from 1.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RungAttribute(int number) : Attribute
{
    /// <summary>Marks a kernel of a ladder whose rungs can be chosen, see <see cref="RungChoices"/>.</summary>
    /// <param name="ladder">What the ladder computes: <c>matmul</c>, <c>conv1d.forward</c>.</param>
    /// <param name="number">The rung, from 1.</param>
    public RungAttribute(string ladder, int number)
        : this(number) => Ladder = ladder;

    /// <summary>The ladder that the rung can be chosen on, or none where the operator has but this kernel.</summary>
    public string? Ladder { get; }

    /// <summary>The rung, from 1.</summary>
    public int Number => number;
}
