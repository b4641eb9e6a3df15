namespace NativeCnn.Engine.Operators;

/// <summary>What all normalisations check of their numbers.</summary>
internal static class NormChecks
{
    /// <summary>Throws unless the number can be added to a variance.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite and above 0.</exception>
    public static void Epsilon(float epsilon)
    {
        if (!(epsilon is > 0f and < float.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "what is added to a variance is above 0");
        }
    }

    /// <summary>Throws unless the number can be a mini-batch's share in the running statistics.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside [0, 1].</exception>
    public static void Momentum(float momentum)
    {
        if (!(momentum is >= 0f and <= 1f))
        {
            throw new ArgumentOutOfRangeException(
                nameof(momentum), momentum, "a mini-batch's share in the running statistics lies in [0, 1]");
        }
    }

    /// <summary>Throws unless an extent is at least 1.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static void AtLeastOne(int value, string operation, string name)
    {
        if (value < 1)
        {
            throw new ArgumentException($"a {operation}'s {name} must be at least 1, {value} came");
        }
    }
}
