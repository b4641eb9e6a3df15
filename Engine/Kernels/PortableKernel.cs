using System.Reflection;

namespace NativeCnn.Engine.Kernels;

/// <summary>A portable kernel: <c>conv1d.backward-weight</c> is <c>Conv1dKernels.BackwardWeight</c>.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">Operator and kernel, in lower case.</param>
/// <param name="Operator">The part of the name before the dot.</param>
/// <param name="Ladder">Its ladder among <see cref="RungChoices"/>; none where there is one kernel.</param>
/// <param name="Rung">Its rung on the operator's ladder, see <see cref="RungAttribute"/>.</param>
/// <param name="Method">The method that ILGPU compiles.</param>
public sealed record PortableKernel(string Name, string Operator, string? Ladder, int Rung, MethodInfo Method)
{
    /// <summary>Why there is no OpenCL C of it; null where there is.</summary>
    public string? WhyNotOnOpenCl => Method.GetCustomAttribute<NotOnOpenClAttribute>()?.Reason;

    /// <summary>The method as it reads in the source: <c>Conv1dKernels.BackwardWeight</c>.</summary>
    public string MethodName => $"{KernelCatalog.NameOf(Method.DeclaringType!)}.{Method.Name}";
}
