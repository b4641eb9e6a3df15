using NativeCnn.Engine.Devices;

namespace NativeCnn.Cli.Output;

/// <summary>What a device remarks, on the error stream. A training tells its view instead.</summary>
internal static class DeviceRemarks
{
    /// <summary>Prints the remarks of a device from now on.</summary>
    public static ComputeDevice RemarkingTo(this ComputeDevice device, Terminal terminal)
    {
        device.Remarked += text => terminal.Warn([text]);
        return device;
    }
}
