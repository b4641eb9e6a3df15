using NativeCnn.Engine.Kernels;

namespace NativeCnn.Tools.Profiling;

/// <summary>Registers of kernels on one GPU, each asked for once.</summary>
internal sealed class RegisterTable(string architecture) : IDisposable
{
    private readonly KernelCompiler compiler = new();
    private readonly Dictionary<string, KernelRegisters> known = new(StringComparer.Ordinal);

    /// <summary>The registers of a kernel.</summary>
    public KernelRegisters Of(PortableKernel kernel)
    {
        if (!known.TryGetValue(kernel.Name, out KernelRegisters? registers))
        {
            registers = KernelRegisters.Of(kernel, architecture, compiler);
            known.Add(kernel.Name, registers);
        }

        return registers;
    }

    /// <inheritdoc/>
    public void Dispose() => compiler.Dispose();
}
