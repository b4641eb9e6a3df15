// The calls of NVIDIA's driver that load a kernel which ILGPU did not compile just now: ILGPU 1.5.3 launches nothing
// but what came out of its compiler (the constructors of PTXCompiledKernel and CudaKernel are internal). By function
// pointers, as in Graphs/CudaDriver.cs. After the CUDA driver API's reference, modules and linking.
using System.Runtime.InteropServices;
using System.Text;
using ILGPU;
using ILGPU.Runtime;

namespace NativeCnn.Engine.Devices;

/// <summary>libcuda for the context of one accelerator, and launches on one of its streams.</summary>
internal sealed unsafe class CudaModules : ICudaModules
{
    private const int InputPtx = 1; // CU_JIT_INPUT_PTX

    private readonly Accelerator accelerator;
    private readonly nint stream;
    private readonly delegate* unmanaged<int, byte**, int> errorName;
    private readonly delegate* unmanaged<uint, int*, void**, nint*, int> linkCreate;
    private readonly delegate* unmanaged<nint, int, void*, nuint, byte*, uint, int*, void**, int> linkAddData;
    private readonly delegate* unmanaged<nint, void**, nuint*, int> linkComplete;
    private readonly delegate* unmanaged<nint, int> linkDestroy;
    private readonly delegate* unmanaged<nint*, void*, int> moduleLoadData;
    private readonly delegate* unmanaged<nint*, nint, byte*, int> moduleGetFunction;
    private readonly delegate* unmanaged<nint, int> moduleUnload;
    private readonly delegate* unmanaged<
        nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> launchKernel;

    /// <exception cref="CudaModuleException">There is no driver, or it is too old.</exception>
    public CudaModules(Accelerator accelerator, nint stream)
    {
        this.accelerator = accelerator;
        this.stream = stream;
        if (!NativeLibrary.TryLoad(CudaProbe.LibraryName, out nint library))
        {
            throw new CudaModuleException($"{CudaProbe.LibraryName} could not be loaded");
        }

        nint Find(string name) => NativeLibrary.TryGetExport(library, name, out nint address)
            ? address
            : throw new CudaModuleException($"{CudaProbe.LibraryName} has no {name}");
        errorName = (delegate* unmanaged<int, byte**, int>)Find("cuGetErrorName");
        linkCreate = (delegate* unmanaged<uint, int*, void**, nint*, int>)Find("cuLinkCreate_v2");
        linkAddData = (delegate* unmanaged<nint, int, void*, nuint, byte*, uint, int*, void**, int>)Find(
            "cuLinkAddData_v2");
        linkComplete = (delegate* unmanaged<nint, void**, nuint*, int>)Find("cuLinkComplete");
        linkDestroy = (delegate* unmanaged<nint, int>)Find("cuLinkDestroy");
        moduleLoadData = (delegate* unmanaged<nint*, void*, int>)Find("cuModuleLoadData");
        moduleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)Find("cuModuleGetFunction");
        moduleUnload = (delegate* unmanaged<nint, int>)Find("cuModuleUnload");
        launchKernel = (delegate* unmanaged<
            nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Find("cuLaunchKernel");
    }

    /// <inheritdoc/>
    public byte[] Link(string ptx)
    {
        accelerator.Bind();
        nint link = 0;
        Check("cuLinkCreate", linkCreate(0, null, null, &link)); // For the GPU of the current context.
        try
        {
            byte[] text = Terminated(ptx);
            fixed (byte* data = text)
            fixed (byte* name = "kernel"u8)
            {
                Check(
                    "cuLinkAddData", linkAddData(link, InputPtx, data, (nuint)text.Length, name, 0, null, null));
            }

            void* cubin = null;
            nuint size = 0;
            Check("cuLinkComplete", linkComplete(link, &cubin, &size));
            return new Span<byte>(cubin, checked((int)size)).ToArray(); // The driver's own goes with the link.
        }
        finally
        {
            linkDestroy(link);
        }
    }

    /// <inheritdoc/>
    public nint Load(byte[] image)
    {
        accelerator.Bind();
        nint module = 0;
        fixed (byte* data = image)
        {
            Check("cuModuleLoadData", moduleLoadData(&module, data));
        }

        return module;
    }

    /// <inheritdoc/>
    public nint Function(nint module, string entry)
    {
        accelerator.Bind();
        nint function = 0;
        fixed (byte* name = Terminated(entry))
        {
            Check("cuModuleGetFunction", moduleGetFunction(&function, module, name));
        }

        return function;
    }

    /// <inheritdoc/>
    public void Launch(nint function, KernelConfig config, nint arguments)
    {
        accelerator.Bind();
        void* first = (void*)arguments;
        Check("cuLaunchKernel", launchKernel(
            function,
            (uint)config.GridDim.X, (uint)config.GridDim.Y, (uint)config.GridDim.Z,
            (uint)config.GroupDim.X, (uint)config.GroupDim.Y, (uint)config.GroupDim.Z,
            0, stream, &first, null));
    }

    /// <inheritdoc/>
    public void Unload(nint module)
    {
        accelerator.Bind();
        moduleUnload(module);
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private void Check(string call, int status)
    {
        if (status != 0)
        {
            throw new CudaModuleException($"{call} gave {CudaErrors.NameOf(errorName, status)}");
        }
    }
}
