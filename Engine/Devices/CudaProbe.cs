// Asks NVIDIA's driver by function pointers whether it starts and how many devices it has.
using System.Runtime.InteropServices;

namespace NativeCnn.Engine.Devices;

/// <summary>Looks for CUDA without ILGPU.</summary>
internal static unsafe class CudaProbe
{
    public static string LibraryName { get; } = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    public static CudaFindings Run()
    {
        if (!NativeLibrary.TryLoad(LibraryName, out nint library))
        {
            return new CudaFindings(HasDriver: false, 0, 0);
        }

        var initialize = (delegate* unmanaged<uint, int>)NativeLibrary.GetExport(library, "cuInit");
        var getCount = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "cuDeviceGetCount");
        int count = 0;
        int status = initialize(0);
        if (status == 0)
        {
            status = getCount(&count);
        }

        return new CudaFindings(HasDriver: true, status, status == 0 ? count : 0);
    }
}
