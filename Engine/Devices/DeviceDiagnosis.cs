// Why a device of this machine is not in the catalogue. ILGPU drops devices, and every error of its search, in
// silence; here the libraries are asked directly and the answers put into words.
namespace NativeCnn.Engine.Devices;

/// <summary>Tells which GPU backends and devices are left out of <see cref="DeviceCatalog.List"/>, and why.</summary>
public static class DeviceDiagnosis
{
    private const int CudaNoDevice = 100;

    /// <summary>What is left out here, a line each; empty where every device of both backends is listed.</summary>
    /// <param name="listed">What <see cref="DeviceCatalog.List"/> gave.</param>
    public static IReadOnlyList<SkippedDevice> Explain(IReadOnlyList<DeviceInfo> listed) =>
    [
        .. Explain(CudaProbe.Run(), listed.Count(one => one.Kind == DeviceKind.Cuda)),
        .. Explain(OpenClProbe.Run(), listed.Count(one => one.Kind == DeviceKind.OpenCl)),
    ];

    /// <summary>What kernels that ILGPU compiles need of an OpenCL device; null where it has all.</summary>
    internal static string? WhyUnusable(OpenClDevice device) => device switch
    {
        { Available: false } => "is not available now: CL_DEVICE_AVAILABLE is false",
        { Number.Major: < 2 } =>
            $"has {device.Version}; ILGPU needs OpenCL 2.0, or 3.0 with the generic address space",
        { Number.Major: >= 3, HasGenericAddressSpace: false } =>
            $"({device.Version}) has no generic address space, which ILGPU needs; a newer driver may have it",
        _ => null,
    };

    internal static IEnumerable<SkippedDevice> Explain(CudaFindings found, int listed)
    {
        string? reason = found switch
        {
            _ when listed > 0 => null,
            { HasDriver: false } => $"no {CudaProbe.LibraryName} on this machine; it comes with NVIDIA's driver",
            { Status: CudaNoDevice } or { Status: 0, DeviceCount: 0 } =>
                $"NVIDIA's driver ({CudaProbe.LibraryName}) is there but finds no device",
            { Status: not 0 } =>
                $"NVIDIA's driver ({CudaProbe.LibraryName}) is there but does not start: CUDA error {found.Status}",
            _ => $"NVIDIA's driver has {Count(found.DeviceCount)}, but ILGPU lists none",
        };
        return reason is null ? [] : [new SkippedDevice("cuda", reason)];
    }

    internal static IEnumerable<SkippedDevice> Explain(OpenClFindings found, int listed)
    {
        if (!found.HasLoader)
        {
            return [new SkippedDevice("opencl",
                $"no {OpenClProbe.LibraryName} on this machine; it comes with a loader (Debian's ocl-icd-libopencl1)")];
        }

        if (found.Platforms.Count == 0)
        {
            return [new SkippedDevice("opencl",
                $"{OpenClProbe.LibraryName} is there but knows no platform (clGetPlatformIDs: {found.Status}); " +
                "install the device's driver, which leaves an .icd file in /etc/OpenCL/vendors")];
        }

        List<SkippedDevice> skipped = [];
        int usable = 0;
        foreach (OpenClPlatform platform in found.Platforms)
        {
            if (platform.Devices.Count == 0)
            {
                skipped.Add(new SkippedDevice("opencl", $"the platform '{platform.Name}' has no device"));
            }

            foreach (OpenClDevice device in platform.Devices)
            {
                if (WhyUnusable(device) is string why)
                {
                    skipped.Add(new SkippedDevice("opencl", $"'{device.Name}' of '{platform.Name}' {why}"));
                }
                else
                {
                    usable++;
                }
            }
        }

        if (usable > listed)
        {
            skipped.Add(new SkippedDevice(
                "opencl", $"{Count(usable)} could be used, but ILGPU lists {(listed == 0 ? "none" : listed)}"));
        }

        return skipped;
    }

    private static string Count(int devices) => devices == 1 ? "1 device" : $"{devices} devices";
}
