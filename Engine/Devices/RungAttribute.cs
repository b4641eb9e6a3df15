namespace NativeCnn.Engine.Devices;

/// <summary>
/// The rung of a portable kernel on its operator's ladder, which the head of its file tells: 1 naive (where nothing is
/// said), 2 tiled in shared memory, 3 and more tiled in registers.
/// </summary>
/// <param name="number">The rung, from 1.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RungAttribute(int number) : Attribute
{
    /// <summary>The rung, from 1.</summary>
    public int Number => number;
}
