using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Tools.Benchmarking.Vendors;

/// <summary>Finds the libraries of a device's vendor.</summary>
internal static class VendorLibraries
{
    /// <summary>Those of a device; null where there are none, which is told in one line.</summary>
    public static IVendor? Open(ComputeDevice device, Action<string>? tell)
    {
        if (device.IsHost)
        {
            if (device.Workers.Count > 1)
            {
                tell?.Invoke(
                    $"System.Numerics.Tensors computes on one thread and ours on {device.Workers.Count}; --workers 1 " +
                    "makes them alike");
            }

            return new TensorPrimitivesVendor();
        }

        if (device.Accelerator is CudaAccelerator accelerator)
        {
            return CudaVendor.Open(device, accelerator, tell);
        }

        tell?.Invoke($"--vendor: nobody has a library for the device {device.Info.Selector}");
        return null;
    }
}
