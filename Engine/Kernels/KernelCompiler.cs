// Compiles portable kernels without the device that they are for: the text that an NVIDIA or OpenCL driver would get.
using System.Globalization;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
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

    private readonly Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
    private readonly Dictionary<string, PTXBackend> ptxBackends = [];
    private CLBackend? openClBackend;

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
        if (!ptxBackends.TryGetValue(architecture, out PTXBackend? backend))
        {
            // Without NVVM: no kernel here calls libdevice.
            backend = new PTXBackend(context, Parse(architecture), Ptx, null!);
            ptxBackends.Add(architecture, backend);
        }

        return ((PTXCompiledKernel)Compile(backend, kernel, $"PTX for {architecture}")).PTXAssembly;
    }

    /// <summary>The kernel as OpenCL C, for a device with subgroups, float64 and 64-bit atomics.</summary>
    /// <param name="kernel">A kernel of a <see cref="KernelCatalog"/>.</param>
    /// <exception cref="InvalidOperationException">The kernel does not compile.</exception>
    public string ToOpenCl(PortableKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        openClBackend ??= new CLBackend(
            context, new CLCapabilityContext(true, true, true, true, true), CLDeviceVendor.Other, CLCVersion.CL30);
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
        context.Dispose();
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
