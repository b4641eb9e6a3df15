using System.Runtime.InteropServices;

namespace NativeCnn.Engine.Devices;

/// <summary>What the CUDA driver calls its errors.</summary>
internal static unsafe class CudaErrors
{
    /// <summary>The name of a status, such as CUDA_ERROR_INVALID_PTX.</summary>
    /// <param name="errorName">The driver's cuGetErrorName.</param>
    /// <param name="status">The status.</param>
    public static string NameOf(delegate* unmanaged<int, byte**, int> errorName, int status)
    {
        byte* name = null;
        return errorName(status, &name) == 0 && name != null
            ? Marshal.PtrToStringUTF8((nint)name)!
            : $"CUDA error {status}";
    }
}
