using System.Reflection;
using ILGPU.Runtime;

namespace NativeCnn.Engine.Kernels;

/// <summary>
/// How large the groups of a portable kernel are and how many of them a multiprocessor shall hold: so many registers
/// its compiler may take (65,536 shared by all threads of a multiprocessor on NVIDIA GPUs). It stands at the kernel, so
/// that what is compiled for a check is what runs. No larger group may be launched.
/// </summary>
/// <param name="threads">Threads of the largest group.</param>
/// <param name="groups">Groups that a multiprocessor shall hold; 0 leaves it to the compiler.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LaunchBoundsAttribute(int threads, int groups = 0) : Attribute
{
    /// <summary>Threads of the largest group.</summary>
    public int Threads => threads;

    /// <summary>Groups that a multiprocessor shall hold, or 0.</summary>
    public int Groups => groups;

    /// <summary>The bounds of a kernel as ILGPU takes them; empty where it names none.</summary>
    internal static KernelSpecialization Of(MethodInfo kernel) =>
        kernel.GetCustomAttribute<LaunchBoundsAttribute>() is { } bounds
            ? new KernelSpecialization(bounds.Threads, bounds.Groups > 0 ? bounds.Groups : null)
            : KernelSpecialization.Empty;
}
