// What a kernel takes of the CUDA device that is there, as its driver says after it has assembled the kernel.
using System.Runtime.InteropServices;
using ILGPU.Backends.EntryPoints;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Devices;

/// <summary>Registers and memory of a kernel on a CUDA device.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Registers">Registers of a thread.</param>
/// <param name="SharedBytes">Static shared memory of a group.</param>
/// <param name="LocalBytes">Local memory of a thread: arrays that are indexed, and spills.</param>
public sealed partial record CudaKernelResources(int Registers, int SharedBytes, int LocalBytes)
{
    // CUfunction_attribute of cuda.h.
    private const int SharedSizeBytes = 1;
    private const int LocalSizeBytes = 3;
    private const int RegisterCount = 4;

    /// <summary>Compiles a kernel for the device, as a launch would, and asks its driver.</summary>
    /// <returns>The figures, or null where the device is no CUDA device.</returns>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public static CudaKernelResources? Of(ComputeDevice device, PortableKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(kernel);
        if (device.Accelerator is not CudaAccelerator accelerator)
        {
            return null;
        }

        using ILGPU.Runtime.Kernel loaded = accelerator.LoadKernel(accelerator.CompileKernel(
            EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method), LaunchBoundsAttribute.Of(kernel.Method)));
        nint function = ((CudaKernel)loaded).FunctionPtr;
        return new CudaKernelResources(
            Ask(function, RegisterCount), Ask(function, SharedSizeBytes), Ask(function, LocalSizeBytes));
    }

    private static int Ask(nint function, int attribute)
    {
        int error = GetAttribute(out int value, attribute, function);
        return error == 0
            ? value
            : throw new DeviceException(
                $"cuFuncGetAttribute({attribute}) of the CUDA driver failed with error {error}");
    }

    // Resolved as ILGPU's own calls are, see DeviceCatalog.
    [LibraryImport("cuda", EntryPoint = "cuFuncGetAttribute")]
    private static partial int GetAttribute(out int value, int attribute, nint function);
}
