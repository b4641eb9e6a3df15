using System.Globalization;
using System.Text.RegularExpressions;

namespace NativeCnn.Engine.Devices;

/// <summary>What an OpenCL device says of itself.</summary>
/// <param name="Name">CL_DEVICE_NAME.</param>
/// <param name="Version">CL_DEVICE_VERSION, such as <c>OpenCL 3.0 PoCL HSTR: cpu</c>.</param>
/// <param name="Available">CL_DEVICE_AVAILABLE.</param>
/// <param name="HasGenericAddressSpace">CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT, a question since OpenCL 3.0.</param>
internal sealed partial record OpenClDevice(string Name, string Version, bool Available, bool HasGenericAddressSpace)
{
    /// <summary>The number in <see cref="Version"/>; 1.0 where there is none.</summary>
    public Version Number => NumberPattern().Match(Version) is { Success: true } match
        ? new Version(Part(match, 1), Part(match, 2))
        : new Version(1, 0);

    private static int Part(Match match, int group) =>
        int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^OpenCL (\d{1,4})\.(\d{1,4})")]
    private static partial Regex NumberPattern();
}
