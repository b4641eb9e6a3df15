// What the OpenCL loader says when it is asked without ILGPU, which keeps every error of its search to itself.
using System.Globalization;
using System.Text.RegularExpressions;

namespace NativeCnn.Engine.Devices;

/// <summary>What was found of OpenCL on this machine.</summary>
/// <param name="HasLoader">The loader library could be loaded.</param>
/// <param name="Status">What clGetPlatformIDs returned; 0 is success.</param>
/// <param name="Platforms">One for each driver that is installed.</param>
internal sealed record OpenClFindings(bool HasLoader, int Status, IReadOnlyList<OpenClPlatform> Platforms);
