// Asks the OpenCL loader by function pointers: platforms, their devices, and what ILGPU needs of each.
using System.Runtime.InteropServices;
using System.Text;

namespace NativeCnn.Engine.Devices;

/// <summary>Looks for OpenCL without ILGPU.</summary>
internal static unsafe class OpenClProbe
{
    private const ulong AllDeviceTypes = 0xFFFF_FFFF;
    private const uint PlatformName = 0x0902;
    private const uint DeviceAvailable = 0x1027;
    private const uint DeviceName = 0x102B;
    private const uint DeviceVersion = 0x102F;
    private const uint DeviceGenericAddressSpaceSupport = 0x1069;

    /// <summary>The loader's file. ILGPU asks for another name on Linux, see <see cref="DeviceCatalog"/>.</summary>
    public static string LibraryName { get; } =
        OperatingSystem.IsWindows() ? "OpenCL.dll"
        : OperatingSystem.IsMacOS() ? "/System/Library/Frameworks/OpenCL.framework/OpenCL"
        : "libOpenCL.so.1";

    public static OpenClFindings Run()
    {
        if (!NativeLibrary.TryLoad(LibraryName, out nint library))
        {
            return new OpenClFindings(HasLoader: false, 0, []);
        }

        var getPlatforms = (delegate* unmanaged<uint, nint*, uint*, int>)NativeLibrary.GetExport(
            library, "clGetPlatformIDs");
        var getDevices = (delegate* unmanaged<nint, ulong, uint, nint*, uint*, int>)NativeLibrary.GetExport(
            library, "clGetDeviceIDs");
        var platformInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, int>)NativeLibrary.GetExport(
            library, "clGetPlatformInfo");
        var deviceInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, int>)NativeLibrary.GetExport(
            library, "clGetDeviceInfo");

        uint count = 0;
        int status = getPlatforms(0, null, &count);
        nint[] platforms = new nint[status == 0 ? count : 0];
        fixed (nint* first = platforms)
        {
            status = platforms.Length == 0 ? status : getPlatforms(count, first, null);
        }

        List<OpenClPlatform> found = [];
        foreach (nint platform in platforms)
        {
            // A platform without devices answers CL_DEVICE_NOT_FOUND.
            uint deviceCount = 0;
            bool hasDevices = getDevices(platform, AllDeviceTypes, 0, null, &deviceCount) == 0;
            nint[] devices = new nint[hasDevices ? deviceCount : 0];
            fixed (nint* first = devices)
            {
                if (devices.Length > 0 && getDevices(platform, AllDeviceTypes, deviceCount, first, null) != 0)
                {
                    devices = [];
                }
            }

            found.Add(new OpenClPlatform(Text(platformInfo, platform, PlatformName), [.. devices.Select(device =>
                new OpenClDevice(
                    Text(deviceInfo, device, DeviceName), Text(deviceInfo, device, DeviceVersion),
                    Flag(deviceInfo, device, DeviceAvailable),
                    Flag(deviceInfo, device, DeviceGenericAddressSpaceSupport)))]));
        }

        return new OpenClFindings(HasLoader: true, status, found);
    }

    private static bool Flag(delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> info, nint of, uint name)
    {
        int value = 0;
        return info(of, name, sizeof(int), &value, null) == 0 && value != 0;
    }

    private static string Text(delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> info, nint of, uint name)
    {
        nuint length = 0;
        if (info(of, name, 0, null, &length) != 0 || length == 0)
        {
            return "";
        }

        byte[] text = new byte[length];
        fixed (byte* first = text)
        {
            return info(of, name, length, first, null) == 0 ? Encoding.UTF8.GetString(text).TrimEnd('\0', ' ') : "";
        }
    }
}
