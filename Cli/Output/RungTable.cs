using NativeCnn.Engine.Devices;

namespace NativeCnn.Cli.Output;

/// <summary>Which rung of its ladder of kernels each operator runs.</summary>
internal static class RungTable
{
    /// <summary>The lines of the table, or one line where the device runs host bodies.</summary>
    public static IEnumerable<string> Of(ComputeDevice device, int? width = null) => device.IsHost
        ? [$"{device.Info.Selector} runs host bodies, no ladder of kernels"]
        : TextTable.Format(
            ["ladder", "shape", "rung", "default"],
            device.Rungs.Made.Select(one => (string[])[one.Ladder, one.Shape, $"{one.Rung}", $"{one.Default}"]),
            leftColumns: 2, width);
}
