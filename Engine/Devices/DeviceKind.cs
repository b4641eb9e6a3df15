namespace NativeCnn.Engine.Devices;

/// <summary>The five ways a computation can run.</summary>
public enum DeviceKind
{
    /// <summary>Host bodies: SIMD on this machine's processor, over memory that ILGPU's CPU accelerator owns.</summary>
    Cpu,

    /// <summary>Portable kernels on ILGPU's CPU accelerator with a GPU's geometry: slow, made for debugging.</summary>
    Simulator,

    /// <summary>Portable kernels as an NVIDIA GPU gets them, executed and checked on the processor.</summary>
    Ptx,

    /// <summary>Portable kernels on an NVIDIA GPU.</summary>
    Cuda,

    /// <summary>Portable kernels on an OpenCL device.</summary>
    OpenCl,
}
