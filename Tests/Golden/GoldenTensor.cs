namespace NativeCnn.Tests.Golden;

/// <summary>Numbers of one tensor, row-major.</summary>
public sealed record GoldenTensor<T>(string Name, int[] Shape, T[] Values)
{
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";
}
