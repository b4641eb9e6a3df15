// Which function a member of ActivationKind is.
using System.Reflection;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Operators;

/// <summary>Gives a member of <see cref="ActivationKind"/> its function.</summary>
[AttributeUsage(AttributeTargets.Field)]
internal abstract class ActivationAttribute : Attribute
{
    /// <summary>Plans the operator of the function.</summary>
    public abstract Activation Plan(ComputeDevice device, int length, float? slope);

    /// <summary>The attribute of a kind.</summary>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static ActivationAttribute Of(ActivationKind kind) =>
        typeof(ActivationKind).GetField(kind.ToString())?.GetCustomAttribute<ActivationAttribute>()
            ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "there is no such activation");
}
