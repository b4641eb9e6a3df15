// The kernels of one CUDA device, past ILGPU's compiler where the cache of this user has them. Whatever goes wrong, the
// caller takes ILGPU's own way.
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Caching;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Ptx;

namespace NativeCnn.Engine.Devices;

/// <summary>Loads kernels from the cache, or for it.</summary>
internal sealed class CudaKernels : IDisposable
{
    private readonly ComputeDevice device;
    private readonly KernelCache cache;
    private readonly KernelCompiler compiler;
    private readonly CudaModules modules;
    private readonly List<CudaKernelImage> images = [];
    private readonly (CudaArchitecture, CudaInstructionSet, string) target;

    private CudaKernels(ComputeDevice device, KernelCache cache, CudaAccelerator accelerator, CudaStream stream)
    {
        this.device = device;
        this.cache = cache;
        modules = new CudaModules(accelerator, stream.StreamPtr);
        compiler = new KernelCompiler(cache);
        target = (accelerator.Architecture, accelerator.InstructionSet, $"{accelerator.DriverVersion}");
    }

    /// <summary>
    /// Those of a device; null where nothing is kept: on other devices, with the cache off, and where every index is
    /// checked, which is other code.
    /// </summary>
    public static CudaKernels? Of(ComputeDevice device)
    {
        if (device.ChecksKernels || device.Accelerator is not CudaAccelerator accelerator ||
            device.Stream is not CudaStream stream || KernelCache.OfUser() is not { } cache)
        {
            return null;
        }

        try
        {
            return new CudaKernels(device, cache, accelerator, stream);
        }
        catch (CudaModuleException)
        {
            return null; // An older driver: ILGPU's way needs less of it.
        }
    }

    /// <summary>A kernel's launcher; null, told once a kernel, where ILGPU's own is to be taken.</summary>
    public unsafe Action<AcceleratorStream, KernelConfig, TArgs>? Load<TArgs>(Action<TArgs> body) where TArgs : struct
    {
        PortableKernel kernel = KernelCatalog.Describe(body.Method);
        try
        {
            var arguments = new KernelArguments<TArgs>();
            CudaKernelImage image = CudaKernelImage.Load(kernel, compiler, cache, modules, target);
            images.Add(image);
            if (image.ArgumentBytes != arguments.Bytes)
            {
                throw new NotSupportedException(
                    $"its arguments take {image.ArgumentBytes} bytes there, and {arguments.Bytes} here");
            }

            return (_, config, args) =>
            {
                byte* packed = stackalloc byte[arguments.Bytes];
                arguments.Write(ref args, (nint)packed);
                Launch(kernel, image, config, (nint)packed);
            };
        }
        catch (Exception error) when (error is CudaModuleException or NotSupportedException
            or InvalidOperationException)
        {
            device.Remark($"kernel {kernel.Name} is compiled anew at each start: {error.Message}");
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        images.ForEach(image => image.Dispose());
        compiler.Dispose();
    }

    private void Launch(PortableKernel kernel, CudaKernelImage image, KernelConfig config, nint arguments)
    {
        try
        {
            modules.Launch(image.Function, config, arguments);
        }
        catch (CudaModuleException refused)
        {
            throw new KernelFaultException(
                $"kernel {kernel.Name} cannot be launched on {device.Info.Selector}: {refused.Message}", refused);
        }
    }
}
