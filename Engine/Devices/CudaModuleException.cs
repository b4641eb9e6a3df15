namespace NativeCnn.Engine.Devices;

/// <summary>The CUDA driver did not link, load or launch a kernel.</summary>
internal sealed class CudaModuleException(string message) : Exception(message);
