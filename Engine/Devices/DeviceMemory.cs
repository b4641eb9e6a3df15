// How much memory a device has left, and what is said when it does not suffice.
using System.Globalization;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace NativeCnn.Engine.Devices;

/// <summary>The memory of one device. On <c>cpu</c>, <c>ptx</c> and the simulator it is the machine's own.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class DeviceMemory
{
    /// <summary>Bytes that the address of every tensor is a multiple of.</summary>
    public const int Alignment = 256;

    private const long Much = 1 << 28;

    private readonly ComputeDevice device;

    internal DeviceMemory(ComputeDevice device)
    {
        this.device = device;
        Limit = device.Info.MemoryBytes > 0 ? device.Info.MemoryBytes : long.MaxValue;
    }

    /// <summary>Bytes that this process holds.</summary>
    public long Taken { get; internal set; }

    /// <summary>
    /// Bytes that are free: what the driver says on CUDA, else the device's memory less what was taken here.
    /// <see cref="long.MaxValue"/> where it is the machine's own.
    /// </summary>
    public long Free
    {
        get
        {
            long left = Limit == long.MaxValue ? long.MaxValue : Math.Max(0, Limit - Taken);
            return device.Accelerator is CudaAccelerator cuda ? Math.Min(left, cuda.GetFreeMemory()) : left;
        }
    }

    /// <summary>
    /// Bytes that can still be taken: <see cref="Free"/>, or where it is the machine's own, the memory of the machine
    /// or of its container less what this process holds.
    /// </summary>
    public long Room => Free < long.MaxValue
        ? Free
        : Math.Max(0, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet);

    /// <summary>Bytes that may be taken in all; a test sets it lower.</summary>
    internal long Limit { get; set; }

    /// <summary>Takes memory.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="allocate">Asks the driver for it.</param>
    /// <exception cref="DeviceMemoryException">There is not as much.</exception>
    internal MemoryBuffer1D<T, Stride1D.Dense> Take<T>(
        long bytes, Func<MemoryBuffer1D<T, Stride1D.Dense>> allocate) where T : unmanaged
    {
        // The machine is asked only where much is wanted: a system may promise more than it has, and end the process.
        if (Limit - Taken < bytes || (Limit == long.MaxValue && bytes >= Much && Room < bytes))
        {
            throw new DeviceMemoryException(Message(bytes));
        }

        try
        {
            MemoryBuffer1D<T, Stride1D.Dense> buffer = allocate();
            Taken += bytes;
            return buffer;
        }
        catch (Exception refused) when (IsOutOfMemory(refused))
        {
            throw new DeviceMemoryException(Message(bytes), refused);
        }
    }

    private static bool IsOutOfMemory(Exception refused) => refused switch
    {
        CudaException cuda => cuda.Error == nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY),
        CLException openCl => openCl.Error is CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE or CLError.CL_OUT_OF_RESOURCES
            or CLError.CL_OUT_OF_HOST_MEMORY or CLError.CL_INVALID_BUFFER_SIZE,
        _ => refused is OutOfMemoryException,
    };

    private string Message(long bytes) => string.Create(
        CultureInfo.InvariantCulture,
        $"device {device.Info.Selector} has no room for {Mebibytes(bytes)} more: {Mebibytes(Taken)} are taken here" +
        $", {(Free == long.MaxValue ? $"{Mebibytes(Room)} are left" : FreeOfLimit)}");

    private string FreeOfLimit => $"{Mebibytes(Free)} of {Mebibytes(Limit)} are free";

    /// <summary>A number of bytes, for messages: <c>1,234.5 MiB</c>.</summary>
    public static string Mebibytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):#,0.#} MiB");
}
