using ILGPU;

namespace NativeCnn.Engine.Kernels;

/// <summary>ILGPU contexts that compile kernels as every device does, and what only measures or prints them.</summary>
internal static class KernelContext
{
    /// <summary>A context at the highest level of optimisation that knows asynchronous copies.</summary>
    /// <param name="with">What else it is to have: devices, checks.</param>
    public static Context Create(Action<Context.Builder>? with = null) => Context.Create(builder =>
    {
        builder.Optimize(OptimizationLevel.O2);
        AsyncCopyCode.AddTo(builder);
        with?.Invoke(builder);
    });
}
