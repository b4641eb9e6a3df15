using ILGPU;

namespace NativeCnn.Engine.Devices;

/// <summary>What is asked of the CUDA driver to run a kernel past ILGPU's compiler, for one device.</summary>
internal interface ICudaModules
{
    /// <summary>Assembles PTX for the device.</summary>
    /// <returns>The machine code, a cubin.</returns>
    /// <exception cref="CudaModuleException">The driver refuses.</exception>
    byte[] Link(string ptx);

    /// <summary>Loads machine code; to be unloaded by <see cref="Unload"/>.</summary>
    /// <exception cref="CudaModuleException">The driver refuses.</exception>
    nint Load(byte[] image);

    /// <summary>A kernel of a module.</summary>
    /// <exception cref="CudaModuleException">There is none of this name.</exception>
    nint Function(nint module, string entry);

    /// <summary>Launches a kernel of one struct of arguments.</summary>
    /// <param name="function">Of <see cref="Function"/>.</param>
    /// <param name="config">Groups, and threads of a group.</param>
    /// <param name="arguments">The struct as the kernel's PTX lays it out.</param>
    /// <exception cref="CudaModuleException">The driver refuses.</exception>
    void Launch(nint function, KernelConfig config, nint arguments);

    /// <summary>Gives a module back.</summary>
    void Unload(nint module);
}
