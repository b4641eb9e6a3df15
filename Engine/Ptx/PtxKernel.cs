using System.Collections.Concurrent;
using System.Reflection;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Ptx;

/// <summary>A portable kernel, compiled to PTX and read: once a process, for every device <c>ptx</c>.</summary>
internal sealed class PtxKernel
{
    // One a method; made under KernelBuilds.Gate, for the compiler is not safe for several threads.
    private static readonly ConcurrentDictionary<MethodInfo, PtxKernel> Compiled = new();
    private static readonly Lazy<KernelCompiler> Compiler = new(() => new KernelCompiler());

    /// <summary>Reads what a compiler makes of a kernel, or has kept of it.</summary>
    /// <exception cref="NotSupportedException">It holds what is not known.</exception>
    /// <exception cref="InvalidOperationException">It does not compile.</exception>
    internal PtxKernel(PortableKernel kernel, KernelCompiler compiler)
    {
        Kernel = kernel;
        Program = PtxProgram.Parse(compiler.ToPtx(kernel));
        Arguments = PtxArguments.Of(kernel.Method.GetParameters()[0].ParameterType);
        if (Arguments.Bytes != Program.ParameterBytes)
        {
            throw new NotSupportedException(
                $"the arguments of {kernel.MethodName} take {Program.ParameterBytes} bytes in its PTX, but " +
                $"{Arguments.Bytes} here");
        }
    }

    /// <summary>What the catalogue says of it.</summary>
    public PortableKernel Kernel { get; }

    /// <summary>Its instructions.</summary>
    public PtxProgram Program { get; }

    /// <summary>The layout of its arguments.</summary>
    public PtxArguments Arguments { get; }

    /// <summary>The kernel of a method.</summary>
    /// <exception cref="KernelFaultException">It does not compile, or holds what is not known.</exception>
    public static PtxKernel Of(MethodInfo method)
    {
        if (Compiled.TryGetValue(method, out PtxKernel? known))
        {
            return known;
        }

        return Make(method, () => Compiler.Value);
    }

    /// <summary>
    /// Compiles a kernel once more, by a compiler that compiled nothing before, for all plans to come. What ILGPU compiled
    /// before may change the order of a kernel's instructions; compiled alone, it is always the same text.
    /// </summary>
    /// <exception cref="KernelFaultException">It does not compile, or holds what is not known.</exception>
    public static void CompileAlone(MethodInfo method)
    {
        using var alone = new KernelCompiler(null);
        lock (KernelBuilds.Gate)
        {
            Compiled.TryRemove(method, out _);
            Make(method, () => alone);
        }
    }

    private static PtxKernel Make(MethodInfo method, Func<KernelCompiler> compiler)
    {
        PortableKernel kernel = KernelCatalog.Describe(method);
        lock (KernelBuilds.Gate)
        {
            try
            {
                return Compiled.GetOrAdd(method, _ => new PtxKernel(kernel, compiler()));
            }
            catch (Exception error) when (error is NotSupportedException or InvalidOperationException)
            {
                throw new KernelFaultException(
                    $"kernel {kernel.Name} ({kernel.MethodName}) cannot run on the ptx device: {error.Message}", error);
            }
        }
    }
}
