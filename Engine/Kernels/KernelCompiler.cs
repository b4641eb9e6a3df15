// Compiles portable kernels without the device that they are for: the text that an NVIDIA or OpenCL driver would get.
// PTX is taken from the cache where it is known there. What is kept was compiled alone, by a compiler that had compiled
// nothing before: that may change the order of a kernel's instructions, and what is kept depends on its key alone.
using System.Globalization;
using System.Text;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using NativeCnn.Engine.Caching;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Kernels;

/// <summary>
/// Compiles kernels as <see cref="DeviceCatalog"/>'s devices do, at the same level of optimisation, on a machine that
/// has no such device. Not safe for use by several threads at once.
/// </summary>
public sealed class KernelCompiler : IDisposable
{
    // PTX 7.8 is the first version that knows sm_90, and what the ptxas of CUDA 11.8 reads.
    private static readonly CudaInstructionSet Ptx = CudaInstructionSet.ISA_78;

    private readonly Lazy<Context> context = new(() => KernelContext.Create());

    private readonly Dictionary<(CudaArchitecture, CudaInstructionSet), PTXBackend> ptxBackends = [];
    private readonly KernelCache? cache;
    private CLBackend? openClBackend;

    /// <summary>A compiler that keeps what it compiles in the cache of this user, where there is one.</summary>
    public KernelCompiler()
        : this(KernelCache.OfUser())
    {
    }

    /// <summary>A compiler with a cache of one's own, or none.</summary>
    public KernelCompiler(KernelCache? cache) => this.cache = cache;

    /// <summary>Kernels that were compiled, and not taken from the cache.</summary>
    public int Compiled { get; private set; }

    /// <summary>The kernel as PTX.</summary>
    /// <param name="kernel">A kernel of a <see cref="KernelCatalog"/>.</param>
    /// <param name="architecture">
    /// The GPU, from <c>sm_60</c> to <c>sm_90</c>. ILGPU 1.5.3 writes <c>.target sm_80</c> for every newer one, here as
    /// on the GPU itself; the driver, or ptxas, assembles that for what the GPU is.
    /// </param>
    /// <exception cref="ArgumentException">There is no such target.</exception>
    /// <exception cref="InvalidOperationException">The kernel does not compile.</exception>
    public string ToPtx(PortableKernel kernel, string architecture = "sm_90")
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(architecture);
        return ToPtx(kernel, Parse(architecture), Ptx);
    }

    /// <summary>The kernel as PTX of a version, for what a driver says of its GPU.</summary>
    /// <inheritdoc cref="ToPtx(PortableKernel, string)"/>
    internal string ToPtx(PortableKernel kernel, CudaArchitecture architecture, CudaInstructionSet instructionSet)
    {
        if (cache is null || KernelKey.OfPtx(kernel.Method, architecture, instructionSet) is not { } key)
        {
            Compiled++;
            return Compile(kernel, architecture, instructionSet);
        }

        if (cache.Read(key) is { } kept)
        {
            return Encoding.UTF8.GetString(kept);
        }

        using var alone = new KernelCompiler(null);
        string ptx = alone.Compile(kernel, architecture, instructionSet);
        Compiled++;
        cache.Write(key, Encoding.UTF8.GetBytes(ptx));
        return ptx;
    }

    /// <summary>The kernel as OpenCL C, for a device with subgroups, float64 and 64-bit atomics.</summary>
    /// <param name="kernel">A kernel of a <see cref="KernelCatalog"/>.</param>
    /// <exception cref="InvalidOperationException">The kernel does not compile.</exception>
    public string ToOpenCl(PortableKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        openClBackend ??= new CLBackend(
            context.Value, new CLCapabilityContext(true, true, true, true, true), CLDeviceVendor.Other,
            CLCVersion.CL30);
        Compiled++;
        return ((CLCompiledKernel)Compile(openClBackend, kernel, "OpenCL C")).Source;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PTXBackend backend in ptxBackends.Values)
        {
            backend.Dispose();
        }

        openClBackend?.Dispose();
        if (context.IsValueCreated)
        {
            context.Value.Dispose();
        }
    }

    private string Compile(PortableKernel kernel, CudaArchitecture architecture, CudaInstructionSet instructionSet)
    {
        if (!ptxBackends.TryGetValue((architecture, instructionSet), out PTXBackend? backend))
        {
            // Without NVVM: no kernel here calls libdevice.
            backend = new PTXBackend(context.Value, architecture, instructionSet, null!);
            ptxBackends.Add((architecture, instructionSet), backend);
        }

        return ((PTXCompiledKernel)Compile(backend, kernel, $"PTX for {architecture}")).PTXAssembly;
    }

    private static CompiledKernel Compile(Backend backend, PortableKernel kernel, string target)
    {
        try
        {
            return backend.Compile(
                EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method),
                LaunchBoundsAttribute.Of(kernel.Method));
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(
                $"kernel {kernel.Name} does not compile to {target}: {(error.InnerException ?? error).Message}", error);
        }
    }

    private static CudaArchitecture Parse(string architecture) =>
        architecture.StartsWith("sm_", StringComparison.Ordinal) &&
        int.TryParse(architecture.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int number) &&
        number is >= 60 and <= 90
            ? new CudaArchitecture(number / 10, number % 10)
            : throw new ArgumentException(
                $"there is no target '{architecture}' here; give one from sm_60 to sm_90", nameof(architecture));
}
