// A kernel on a CUDA device without ILGPU's compiler, where the cache has it: PTX by the key of its code, machine code
// by that text, the GPU and the driver. What is not kept is compiled, linked by the driver and kept.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Caching;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Devices;

/// <summary>A loaded kernel, which is unloaded when this is disposed of.</summary>
internal sealed partial class CudaKernelImage : IDisposable
{
    private readonly ICudaModules modules;
    private readonly nint module;

    private CudaKernelImage(ICudaModules modules, nint module, string entry, int argumentBytes)
    {
        this.modules = modules;
        this.module = module;
        ArgumentBytes = argumentBytes;
        Function = modules.Function(module, entry);
    }

    /// <summary>What is launched.</summary>
    public nint Function { get; }

    /// <summary>Bytes of the struct of arguments.</summary>
    public int ArgumentBytes { get; }

    /// <summary>Loads a kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="compiler">Has its PTX, or makes it.</param>
    /// <param name="cache">Has its machine code, or gets it.</param>
    /// <param name="modules">The driver.</param>
    /// <param name="target">The GPU, the version of PTX for it, and the driver's own version.</param>
    /// <exception cref="CudaModuleException">
    /// The driver refuses, or the text is not one kernel of one struct.
    /// </exception>
    /// <exception cref="InvalidOperationException">The kernel does not compile.</exception>
    public static CudaKernelImage Load(
        PortableKernel kernel, KernelCompiler compiler, KernelCache cache, ICudaModules modules,
        (CudaArchitecture Architecture, CudaInstructionSet Ptx, string Driver) target)
    {
        string ptx = compiler.ToPtx(kernel, target.Architecture, target.Ptx);
        Match entry = Entry().Match(ptx);
        if (!entry.Success)
        {
            throw new CudaModuleException("its PTX is not one kernel of one struct");
        }

        string name = entry.Groups[1].Value;
        int bytes = int.Parse(entry.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ptx)));
        string key = $"cubin of {digest} {target.Architecture} driver {target.Driver}";
        if (cache.Read(key) is { } kept)
        {
            try
            {
                return Load(kept);
            }
            catch (CudaModuleException)
            {
                // Linked once more, below.
            }
        }

        byte[] linked = modules.Link(ptx);
        CudaKernelImage image = Load(linked);
        cache.Write(key, linked);
        return image;

        CudaKernelImage Load(byte[] cubin)
        {
            nint module = modules.Load(cubin);
            try
            {
                return new CudaKernelImage(modules, module, name, bytes);
            }
            catch (CudaModuleException)
            {
                modules.Unload(module);
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => modules.Unload(module);

    [GeneratedRegex(@"\.visible\s+\.entry\s+(\w+)\s*\(\s*\.param\s+\.align\s+\d+\s+\.b8\s+\w+\[(\d+)\]\s*\)")]
    private static partial Regex Entry();
}
