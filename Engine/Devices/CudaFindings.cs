using System.Runtime.InteropServices;

namespace NativeCnn.Engine.Devices;

/// <summary>What was found of CUDA on this machine.</summary>
/// <param name="HasDriver">The driver library could be loaded.</param>
/// <param name="Status">What cuInit or cuDeviceGetCount returned; 0 is success.</param>
/// <param name="DeviceCount">Devices that the driver counts.</param>
internal sealed record CudaFindings(bool HasDriver, int Status, int DeviceCount);
