using ILGPU;
using ILGPU.Runtime;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Ptx;

namespace NativeCnn.Engine.Devices;

/// <summary>
/// A portable kernel of one device: a static method that takes one struct of arguments and finds its place by
/// <c>Grid</c> and <c>Group</c>. Compiled at the first launch.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
/// <typeparam name="TArgs">A readonly struct of views and numbers.</typeparam>
public sealed class Kernel<TArgs> where TArgs : struct
{
    private readonly ComputeDevice device;
    private readonly Action<TArgs> body;
    private Action<AcceleratorStream, KernelConfig, TArgs>? launcher;

    internal Kernel(ComputeDevice device, Action<TArgs> body)
    {
        this.device = device;
        this.body = body;
    }

    /// <summary>Launches <paramref name="groups"/> groups of <paramref name="groupSize"/> threads.</summary>
    /// <inheritdoc cref="Launch(KernelConfig, in TArgs)"/>
    public void Launch(int groups, int groupSize, in TArgs args) =>
        Launch(new KernelConfig(new Index3D(groups, 1, 1), new Index3D(groupSize, 1, 1)), args);

    /// <summary>Launches a grid of up to three dimensions.</summary>
    /// <exception cref="KernelFaultException">
    /// The kernel cannot be loaded, its groups are larger than those of <c>cpu</c> or <c>ptx</c>, or, where that is
    /// checked (<see cref="ComputeDevice.ChecksKernels"/>), it reached outside a view.
    /// </exception>
    public void Launch(KernelConfig config, in TArgs args)
    {
        launcher ??= Load();
        if (device.IsHost || device.Machine is not null)
        {
            ExpectGroupsFit(config);
        }

        launcher(device.Stream, config, args);
        device.Launches++;
        device.OnLaunch?.Invoke(Name);
        if (device.ChecksKernels && device.Machine is null)
        {
            Check();
        }
    }

    /// <summary>
    /// Launches as many threads as pay for <paramref name="count"/> independent elements. The kernel strides:
    /// <c>for (int i = Grid.GlobalLinearIndex; i &lt; count; i += Grid.DimX * Group.DimX)</c>.
    /// </summary>
    public void LaunchOver(long count, in TArgs args)
    {
        if (count > 0)
        {
            long groups = (count + device.GroupSize - 1) / device.GroupSize;
            Launch((int)Math.Min(groups, device.MaxGroups), device.GroupSize, args);
        }
    }

    private string Name => $"{KernelCatalog.NameOf(body.Method.DeclaringType!)}.{body.Method.Name}";

    private Action<AcceleratorStream, KernelConfig, TArgs> Load()
    {
        if (device.Machine is { } machine)
        {
            PtxKernel kernel = PtxKernel.Of(body.Method);
            return (_, config, args) => machine.Launch(kernel, config, args);
        }

        KernelSpecialization bounds = LaunchBoundsAttribute.Of(body.Method);
        if (device.IsHost)
        {
            device.Remark(
                $"kernel {Name} has no host body: device {device.Info.Selector} runs its portable kernel, slowly");
            bounds = KernelSpecialization.Empty; // They are made for GPUs; the groups here are smaller.
            TraceCapture.CaptureFaults();
        }

        using TraceCapture.Capture driver = TraceCapture.Begin();
        try
        {
            lock (KernelBuilds.Gate)
            {
                if (device.KeptKernels?.Load(body) is { } kept)
                {
                    return kept;
                }

                return device.Accelerator.LoadKernel(body, bounds);
            }
        }
        catch (AcceleratorException refused)
        {
            throw new KernelFaultException(
                $"kernel {Name} cannot be loaded on {device.Info.Selector}: {refused.Message}" +
                (driver.Text.Length > 0 ? $" ({driver.Text})" : ""), refused);
        }
    }

    private void ExpectGroupsFit(KernelConfig config)
    {
        int most = device.Accelerator.MaxNumThreadsPerGroup;
        if (config.GroupDim.Size > most)
        {
            throw new KernelFaultException(
                $"kernel {Name} asks for groups of {config.GroupDim.Size} threads, but device " +
                $"{device.Info.Selector} has at most {most}: launch it by LaunchOver, or with groups of " +
                "ComputeDevice.GroupSize threads");
        }
    }

    private void Check()
    {
        try
        {
            device.Stream.Synchronize();
        }
        catch (AcceleratorException failed)
        {
            throw new KernelFaultException($"kernel {Name} failed on {device.Info.Selector}: {failed.Message}", failed);
        }

        if (TraceCapture.TakeFault() is { } fault)
        {
            throw new KernelFaultException(
                $"kernel {Name} reached outside a view on {device.Info.Selector}: {fault}");
        }
    }
}
