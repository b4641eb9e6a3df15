// Finds the devices of this machine and opens one by its selector.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Ptx;
using NativeCnn.Engine.Ptx.Counting;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Devices;

/// <summary>
/// The devices of this machine. Selectors: <c>auto</c> (the first CUDA device, else the first OpenCL GPU, else
/// <c>cpu</c>), <c>cpu</c>, <c>simulator</c>, <c>ptx</c>, <c>cuda[:i]</c>, <c>opencl[:i]</c>.
/// </summary>
public static class DeviceCatalog
{
    private static readonly Lock ResolverGate = new();
    private static bool resolverInstalled;

    /// <summary>Every device that can be opened here, <c>cpu</c> first.</summary>
    public static IReadOnlyList<DeviceInfo> List()
    {
        List<DeviceInfo> devices = [DescribeCpu(), DescribeSimulator(), DescribePtx()];
        using Context context = CreateGpuContext();
        int index = 0;
        foreach (CudaDevice device in context.GetCudaDevices())
        {
            devices.Add(Describe(device, DeviceKind.Cuda, index++, isGpu: true));
        }

        index = 0;
        foreach (CLDevice device in context.GetCLDevices())
        {
            bool isGpu = device.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU);
            devices.Add(Describe(device, DeviceKind.OpenCl, index++, isGpu));
        }

        return devices;
    }

    /// <summary>Opens a device. The caller owns it.</summary>
    /// <param name="selector">See <see cref="DeviceCatalog"/>.</param>
    /// <param name="workers">Threads of the host bodies, this one counted; 0 takes one for each processor.</param>
    /// <param name="rungs">Rungs in place of the operators' own choices, see <see cref="RungChoices"/>.</param>
    /// <param name="precision">With how many digits matrix products are computed; less than float32 needs CUDA.</param>
    /// <exception cref="DeviceException">
    /// There is no such device, the message lists those that are there; or it has no tensor cores for the precision.
    /// </exception>
    /// <exception cref="RungException">A ladder or rung is not there.</exception>
    public static ComputeDevice Open(
        string selector = "auto", int workers = 0, string? rungs = null,
        FloatPrecision precision = FloatPrecision.Fp32)
    {
        ArgumentNullException.ThrowIfNull(selector);
        var choices = new RungChoices(rungs);
        string wanted = selector.Trim().ToLowerInvariant();
        if (precision != FloatPrecision.Fp32 && wanted is "cpu" or "simulator")
        {
            throw WithoutTensorCores(wanted);
        }

        switch (wanted)
        {
            case "cpu":
                return OpenCpu(workers, choices);
            case "simulator":
                return OpenSimulator(workers, choices);
            case "ptx":
                return OpenPtx(workers, choices, precision);
        }

        if (wanted != "auto" && !TryParseGpu(wanted, out _, out _))
        {
            throw NotThere(selector);
        }

        Context context = CreateGpuContext();
        try
        {
            if (Find(context, wanted) is (Device device, DeviceInfo info))
            {
                return new ComputeDevice(
                    info, context, WithPrecision(device.CreateAccelerator(context), info, precision), workers, choices,
                    precision)
                {
                    ChecksKernels = Assertions && info.Kind == DeviceKind.Cuda,
                };
            }
        }
        catch (DeviceException)
        {
            context.Dispose();
            throw;
        }
        catch (Exception error)
        {
            context.Dispose();
            throw new DeviceException($"device '{selector}' is there but could not be opened: {error.Message}", error);
        }

        context.Dispose();
        if (wanted != "auto")
        {
            throw NotThere(selector);
        }

        return precision == FloatPrecision.Fp32 ? OpenCpu(workers, choices) : throw WithoutTensorCores("cpu");
    }

    private static Accelerator WithPrecision(Accelerator accelerator, DeviceInfo info, FloatPrecision precision)
    {
        if (precision == FloatPrecision.Fp32 || HasTensorCores(accelerator))
        {
            return accelerator;
        }

        accelerator.Dispose();
        throw WithoutTensorCores(info.Selector);
    }

    /// <summary>True for an NVIDIA GPU from sm_80 on.</summary>
    internal static bool HasTensorCores(Accelerator accelerator) =>
        accelerator is CudaAccelerator cuda && cuda.Architecture >= CudaArchitecture.SM_80;

    private static DeviceException WithoutTensorCores(string selector) => new(
        $"precision tf32 needs an NVIDIA GPU with tensor cores (sm_80 or later), and '{selector}' is none: open it " +
        "with fp32, or take a CUDA device (--device cuda)");

    private static ComputeDevice OpenCpu(int workers, RungChoices rungs)
    {
        // Host bodies do the work; the accelerator owns the memory, and runs the kernels that have no host body, by as
        // few lanes as ILGPU takes: each is a thread for as long as the device is open.
        Context context = KernelContext.Create(builder => builder.CPU(new CPUDevice(2, 1, 1)));
        return new ComputeDevice(
            DescribeCpu(), context, context.GetCPUDevice(0).CreateCPUAccelerator(context), workers, rungs)
        {
            ChecksKernels = true,
        };
    }

    private static ComputeDevice OpenSimulator(int workers, RungChoices rungs)
    {
        // A warp of 32 and groups of up to 256 threads, as the portable kernels expect of a GPU.
        TraceCapture.CaptureFaults();
        Context context = KernelContext.Create(builder => builder.CPU(new CPUDevice(32, 8, 1)));
        return new ComputeDevice(
            DescribeSimulator(), context, context.GetCPUDevice(0).CreateCPUAccelerator(context), workers, rungs)
        {
            ChecksKernels = true,
        };
    }

    /// <summary>
    /// Opens <c>ptx</c> to count: it plans launches as for a GPU, so that they are those that the GPU would run.
    /// </summary>
    /// <param name="census">Counts its launches.</param>
    /// <param name="multiprocessors">Multiprocessors of the GPU.</param>
    /// <param name="rungs">Rungs in place of the operators' own choices, see <see cref="RungChoices"/>.</param>
    /// <param name="precision">With how many digits matrix products are computed.</param>
    /// <param name="workers">Threads of the host bodies; they count nothing.</param>
    /// <exception cref="RungException">A ladder or rung is not there.</exception>
    internal static ComputeDevice OpenCounting(
        PtxCensus census, int multiprocessors, string? rungs = null,
        FloatPrecision precision = FloatPrecision.Fp32, int workers = 1) =>
        OpenPtx(workers, new RungChoices(rungs), precision, census, multiprocessors);

    private static ComputeDevice OpenPtx(
        int workers, RungChoices rungs, FloatPrecision precision, PtxCensus? census = null, int? multiprocessors = null)
    {
        // ILGPU's accelerator owns the memory; what the simulator's geometry is, so that both plan alike.
        Context context = Context.Create(builder => builder.CPU(new CPUDevice(32, 8, 1)));
        return new ComputeDevice(
            DescribePtx(), context, context.GetCPUDevice(0).CreateCPUAccelerator(context), workers, rungs, precision)
        {
            ChecksKernels = true,
            Machine = new PtxMachine { Census = census },
            PlannedMultiprocessors = multiprocessors,
        };
    }

    private static Context CreateGpuContext()
    {
        ResolveDriverLibraries();
        return KernelContext.Create(builder =>
        {
            builder.Cuda().OpenCL(IsUsable);
            if (Assertions)
            {
                builder.Assertions();
            }
        });
    }

    /// <summary>
    /// True under NATIVECNN_ASSERTIONS=1: kernels are compiled with a check of every index. CUDA devices stop at the
    /// first that is wrong; OpenCL devices, for which ILGPU 1.5.3 writes no check, go on as ever.
    /// </summary>
    private static bool Assertions => Environment.GetEnvironmentVariable("NATIVECNN_ASSERTIONS") == "1";

    // As DeviceDiagnosis.WhyUnusable puts it into words.
    private static bool IsUsable(CLDevice device) =>
        device.DeviceVersion >= CLDeviceVersion.CL20 && device.Capabilities.GenericAddressSpace;

    private static (Device Device, DeviceInfo Info)? Find(Context context, string wanted)
    {
        List<(Device Device, DeviceInfo Info)> found = [];
        int index = 0;
        foreach (CudaDevice device in context.GetCudaDevices())
        {
            found.Add((device, Describe(device, DeviceKind.Cuda, index++, isGpu: true)));
        }

        index = 0;
        foreach (CLDevice device in context.GetCLDevices())
        {
            bool isGpu = device.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU);
            found.Add((device, Describe(device, DeviceKind.OpenCl, index++, isGpu)));
        }

        foreach ((Device Device, DeviceInfo Info) one in found)
        {
            bool matches = wanted == "auto"
                ? one.Info.IsGpu
                : TryParseGpu(wanted, out DeviceKind kind, out int number) &&
                  one.Info.Kind == kind && one.Info.Selector.EndsWith($":{number}", StringComparison.Ordinal);
            if (matches)
            {
                return one;
            }
        }

        return null;
    }

    private static bool TryParseGpu(string selector, out DeviceKind kind, out int index)
    {
        string[] parts = selector.Split(':');
        kind = parts[0] == "cuda" ? DeviceKind.Cuda : DeviceKind.OpenCl;
        index = 0;
        return parts[0] is "cuda" or "opencl" && parts.Length <= 2 &&
            (parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index));
    }

    private static DeviceInfo DescribeCpu() => new(
        "cpu", DeviceKind.Cpu, $"{HostSimd.Describe()}, {Environment.ProcessorCount} threads", 0, 2, 0,
        Environment.ProcessorCount, IsGpu: false);

    private static DeviceInfo DescribeSimulator() => new(
        "simulator", DeviceKind.Simulator, "ILGPU CPU accelerator, 8 warps of 32 lanes", 0, 256, 48 * 1024, 1,
        IsGpu: false);

    private static DeviceInfo DescribePtx() => new(
        "ptx", DeviceKind.Ptx, "the kernels' PTX, executed and checked here", 0, 256, 48 * 1024, 1, IsGpu: false);

    private static DeviceInfo Describe(Device device, DeviceKind kind, int index, bool isGpu) => new(
        $"{(kind == DeviceKind.Cuda ? "cuda" : "opencl")}:{index}", kind, device.Name, device.MemorySize,
        device.MaxNumThreadsPerGroup, device.MaxSharedMemoryPerGroup, device.NumMultiprocessors, isGpu);

    private static DeviceException NotThere(string selector)
    {
        IReadOnlyList<DeviceInfo> devices = List();
        string backend = selector.Trim().ToLowerInvariant().Split(':')[0];
        IEnumerable<string> why = DeviceDiagnosis.Explain(devices)
            .Where(one => one.Backend == backend).Select(one => $"; {one.Reason}");
        return new DeviceException(
            $"there is no device '{selector}' here" +
            Suggestion.Before(selector, devices.Select(one => one.Selector).Append("auto")) + " use one of: auto, " +
            string.Join(", ", devices.Select(one => one.Selector)) + string.Concat(why));
    }

    /// <summary>
    /// ILGPU asks for <c>libOpenCL.so</c> and <c>libcuda.so</c>, names that only development packages are sure to
    /// install; what loaders and drivers bring is <c>libOpenCL.so.1</c> and <c>libcuda.so.1</c>.
    /// </summary>
    private static void ResolveDriverLibraries()
    {
        lock (ResolverGate)
        {
            if (resolverInstalled || !OperatingSystem.IsLinux())
            {
                return;
            }

            resolverInstalled = true;
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += static (_, name) => name.ToUpperInvariant() switch
            {
                "OPENCL" => Load(OpenClProbe.LibraryName),
                "CUDA" => Load(CudaProbe.LibraryName),
                _ => 0,
            };
        }
    }

    private static nint Load(string library) => NativeLibrary.TryLoad(library, out nint handle) ? handle : 0;
}
