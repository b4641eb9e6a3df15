// An opened device: its own ILGPU context, accelerator and one stream, its workers, kernels and scratch memory.
using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Ptx;

namespace NativeCnn.Engine.Devices;

/// <summary>
/// A device that tensors live on and operators run on. All work goes, in order, through its one stream.
/// Not safe for use by several threads at once; open one device a thread instead.
/// </summary>
public sealed class ComputeDevice : IDisposable
{
    private const int Padding = 16 * DeviceMemory.Alignment;

    private readonly Context context;
    private readonly Dictionary<MethodInfo, object> kernels = [];
    private readonly List<IDisposable> owned = [];
    private readonly Lazy<CudaKernels?> cudaKernels;

    internal ComputeDevice(
        DeviceInfo info, Context context, Accelerator accelerator, int workers, RungChoices rungs,
        FloatPrecision precision = FloatPrecision.Fp32)
    {
        Info = info;
        this.context = context;
        Accelerator = accelerator;
        Stream = accelerator.CreateStream();
        Workers = new HostWorkers(workers);
        Scratch = new ScratchMemory(this);
        Rungs = rungs;
        Thresholds = PlanThresholds.For(info.Selector, info.Name);
        Precision = precision;
        Memory = new DeviceMemory(this);
        cudaKernels = new Lazy<CudaKernels?>(() => CudaKernels.Of(this));
    }

    /// <summary>What the catalogue says of this device.</summary>
    public DeviceInfo Info { get; }

    /// <summary>
    /// True where operators run their host bodies and memory can be read directly.
    /// </summary>
    public bool IsHost => Info.Kind == DeviceKind.Cpu;

    /// <summary>The threads of the host bodies.</summary>
    public HostWorkers Workers { get; }

    /// <summary>Memory that operators share for what need not outlive one call.</summary>
    public ScratchMemory Scratch { get; }

    /// <summary>How much memory there is, and was taken.</summary>
    public DeviceMemory Memory { get; }

    /// <summary>
    /// True where every launch is waited for and checked: on <c>ptx</c>, on the simulator, on <c>cpu</c>, and on CUDA
    /// devices opened under NATIVECNN_ASSERTIONS=1. A kernel that reaches outside a view is then a
    /// <see cref="KernelFaultException"/>.
    /// </summary>
    public bool ChecksKernels { get; internal init; }

    /// <summary>Which rungs of their ladders the operators run here.</summary>
    public RungChoices Rungs { get; }

    /// <summary>From which shapes on higher rungs are taken.</summary>
    public PlanThresholds Thresholds { get; internal init; }

    /// <summary>With how many digits matrix products are computed here, as the device was opened.</summary>
    public FloatPrecision Precision { get; }

    /// <summary>
    /// Told what a user should know and what stops nothing, in one line: that <c>cpu</c> runs a portable kernel because
    /// the operator has no host body, once a kernel, at its first launch. It is raised on the thread that launches.
    /// </summary>
    public event Action<string>? Remarked;

    /// <summary>Portable kernels launched so far, those that a replayed graph holds counted at every replay.</summary>
    public long Launches { get; internal set; }

    /// <summary>Told the name of every portable kernel that is launched, in order; null for nobody.</summary>
    internal Action<string>? OnLaunch { get; set; }

    /// <summary>How often the host waited for the device so far.</summary>
    public long Synchronizations { get; private set; }

    /// <summary>What executes kernels on the device <c>ptx</c>; null on all others, where ILGPU does.</summary>
    internal PtxMachine? Machine { get; init; }

    /// <summary>Multiprocessors of the GPU that <c>ptx</c> plans its launches for, to count them; else null.</summary>
    internal int? PlannedMultiprocessors { get; init; }

    /// <summary>Kernels that are kept between two starts, where it is a CUDA device; else null.</summary>
    internal CudaKernels? KeptKernels => cudaKernels.Value;

    /// <summary>Copies from global to shared memory can go on beside work: on NVIDIA GPUs from sm_80 on.</summary>
    internal bool CopiesAsynchronously => Machine is not null || DeviceCatalog.HasTensorCores(Accelerator);

    private bool PlansLikeAGpu =>
        Info.Kind is DeviceKind.Cuda or DeviceKind.OpenCl || PlannedMultiprocessors is not null;

    /// <summary>True while work is recorded as a graph instead of done.</summary>
    internal bool IsRecording { get; set; }

    /// <summary>ILGPU's accelerator behind this device.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The stream that every launch and copy of this device goes through.</summary>
    public AcceleratorStream Stream { get; }

    /// <summary>
    /// Threads in a group of an elementwise launch: 256 on GPUs, 64 on the simulator and <c>ptx</c>, 2 on <c>cpu</c>,
    /// whose groups are no larger.
    /// </summary>
    public int GroupSize => Math.Min(
        PlansLikeAGpu ? 256 : 64, Accelerator.MaxNumThreadsPerGroup);

    /// <summary>
    /// Neighbouring threads that can hand values to one another without shared memory: a power of two, 1 for none.
    /// </summary>
    /// <remarks>ILGPU 1.5.3 writes shuffles for NVIDIA's and Intel's OpenCL alone, so on none here.</remarks>
    public int ShuffleWidth => Info.Kind == DeviceKind.OpenCl ? 1 : Accelerator.WarpSize;

    /// <summary>Groups after which an elementwise launch strides over its data instead of growing its grid.</summary>
    public int MaxGroups => PlansLikeAGpu
        ? Math.Max(1, PlannedMultiprocessors ?? Accelerator.NumMultiprocessors) * 32
        : 4;

    /// <summary>Opens a device by selector. See <see cref="DeviceCatalog"/>.</summary>
    /// <exception cref="DeviceException">There is no such device.</exception>
    /// <exception cref="RungException">A ladder or rung is not there.</exception>
    public static ComputeDevice Open(
        string selector = "auto", int workers = 0, string? rungs = null,
        FloatPrecision precision = FloatPrecision.Fp32) =>
        DeviceCatalog.Open(selector, workers, rungs, precision);

    /// <summary>
    /// Opens the same device once more, for another thread, with the same choices. What it has to say, this one says.
    /// </summary>
    /// <param name="workers">Threads of its host bodies.</param>
    public ComputeDevice OpenAlike(int workers)
    {
        ComputeDevice alike = Open(Info.Selector, workers, Rungs.Overrides, Precision);
        alike.Remarked += Remark;
        return alike;
    }

    /// <summary>
    /// The launcher of a portable kernel. It is compiled at its first launch and kept; asking again costs a look-up.
    /// </summary>
    /// <remarks>
    /// A kernel runs on every device, so an operator needs no other body to begin with. On <c>cpu</c> it is slow:
    /// operators that are used there have a host body, which they call where <see cref="IsHost"/> is true, and
    /// <see cref="Remarked"/> names the kernels of those that have none. <see cref="Kernel{TArgs}.LaunchOver"/> takes
    /// the group size that fits; a kernel with <c>Group.Barrier()</c> must work with any group size, read from
    /// <c>Group.DimX</c>, down to the 2 of <c>cpu</c>.
    /// <para>
    /// The kernel takes one struct with views, which is public; or internal, in a project that has
    /// <c>&lt;InternalsVisibleTo Include="ILGPURuntime" /&gt;</c>: ILGPU emits the launcher into an assembly of that
    /// name. Write <c>condition ? 1f : 0f</c>: ILGPU 1.5.3 takes the 1 of <c>condition ? 1 : 0</c> for the bits of a
    /// float where it is used as one on an NVIDIA GPU.
    /// </para>
    /// </remarks>
    /// <param name="body">The kernel, with its <see cref="LaunchBoundsAttribute"/> where it needs them.</param>
    /// <exception cref="ArgumentException">
    /// A <see cref="KernelCatalog"/> would not list it, so no check would ever see it; or ILGPU cannot see its
    /// arguments.
    /// </exception>
    public Kernel<TArgs> Load<TArgs>(Action<TArgs> body) where TArgs : struct
    {
        ArgumentNullException.ThrowIfNull(body);
        if (!kernels.TryGetValue(body.Method, out object? kernel))
        {
            if (!KernelCatalog.IsKernel(body.Method))
            {
                throw new ArgumentException(
                    $"{body.Method.DeclaringType?.Name}.{body.Method.Name} is no portable kernel; write a static " +
                    "method, neither private nor generic, that takes one struct with views", nameof(body));
            }

            if (!KernelCatalog.IsSeenByRuntime(typeof(TArgs)))
            {
                throw new ArgumentException(
                    $"{typeof(TArgs).DeclaringType?.Name}.{typeof(TArgs).Name} is hidden from ILGPU, which launches " +
                    $"{body.Method.Name}: make it and the types around it public, or internal with " +
                    "<InternalsVisibleTo Include=\"ILGPURuntime\" /> in the project " +
                    typeof(TArgs).Assembly.GetName().Name, nameof(body));
            }

            kernel = new Kernel<TArgs>(this, body);
            kernels.Add(body.Method, kernel);
        }

        return (Kernel<TArgs>)kernel;
    }

    /// <summary>Waits until all work that was given to the device is done.</summary>
    /// <exception cref="GraphException">A step is being recorded.</exception>
    public void Synchronize()
    {
        RefuseWhileRecording("the host waits for the device");
        Synchronizations++;
        Stream.Synchronize();
    }

    /// <summary>Memory that is taken from now on goes back when the scope ends, not only with the device.</summary>
    public MemoryScope OpenScope() => new(this, owned.Count);

    /// <inheritdoc/>
    public void Dispose()
    {
        Workers.Dispose();
        Release(0);
        Machine?.Dispose();
        if (cudaKernels.IsValueCreated)
        {
            cudaKernels.Value?.Dispose();
        }

        Stream.Dispose();
        Accelerator.Dispose();
        context.Dispose();
    }

    /// <summary>Gives back what is owned from the one of this number on.</summary>
    internal void Release(int first)
    {
        Stream.Synchronize();
        for (int i = first; i < owned.Count; i++)
        {
            owned[i].Dispose();
        }

        owned.RemoveRange(first, owned.Count - first);
    }

    internal void Remark(string text) => Remarked?.Invoke(text);

    /// <summary>Gives something back with the device, while its accelerator is still there.</summary>
    internal void Own(IDisposable one) => owned.Add(one);

    /// <summary>Memory whose address is a multiple of 256 bytes; it is given back with the device.</summary>
    /// <param name="length">Elements.</param>
    /// <param name="isZeroed">False leaves in it what is in it, for what is written before it is read.</param>
    /// <exception cref="GraphException">A step is being recorded.</exception>
    /// <exception cref="DeviceMemoryException">There is not as much memory.</exception>
    internal unsafe ArrayView<T> AllocateView<T>(long length, bool isZeroed = true) where T : unmanaged
    {
        RefuseWhileRecording("memory is taken");
        int size = Interop.SizeOf<T>();
        // A lane of the simulator that reaches outside a view is let go on: into padding, if it does not reach far.
        int padding = Info.Kind == DeviceKind.Simulator ? Padding / size : 0;
        long total = length + (DeviceMemory.Alignment / size) + (2 * padding);
        MemoryBuffer1D<T, Stride1D.Dense> buffer = Memory.Take(total * size, () => Accelerator.Allocate1D<T>(total));
        owned.Add(buffer);
        ArrayView<T> all = buffer.View.BaseView;
        if (isZeroed)
        {
            all.MemSetToZero(Stream);
            Synchronize();
        }

        if (Info.Kind is DeviceKind.Cuda or DeviceKind.OpenCl)
        {
            return all.SubView(0, length); // GPU allocators align to 256 bytes or more.
        }

        long address = (long)all.HostAddress();
        long skip = (DeviceMemory.Alignment - (address % DeviceMemory.Alignment)) % DeviceMemory.Alignment;
        return all.SubView(padding + (skip / size), length);
    }

    private void RefuseWhileRecording(string what)
    {
        if (IsRecording)
        {
            throw new GraphException($"{what} inside a step that is recorded");
        }
    }
}
