using System.Globalization;
using System.Text.RegularExpressions;

namespace NativeCnn.Engine.Devices;

/// <summary>An OpenCL driver and its devices.</summary>
internal sealed record OpenClPlatform(string Name, IReadOnlyList<OpenClDevice> Devices);
