namespace NativeCnn.Engine.Tensors;

/// <summary>
/// A yes or no in the arguments of a portable kernel, where a bool has no size that all devices agree on. A kernel
/// compares it with 0.
/// </summary>
/// <param name="Value">1 or 0.</param>
internal readonly record struct Flag(int Value)
{
    public static implicit operator Flag(bool value) => new(value ? 1 : 0);

    public static implicit operator int(Flag flag) => flag.Value;
}
